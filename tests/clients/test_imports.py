"""boto3: import jobs, from the header to the report, with the upload by plain HTTP."""

import base64
import hashlib
import subprocess
import sys
import time

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/lib")
from cases import case, equal, refused, run, true
from cognito import House, as_map, connect, fresh
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from pycognito.aws_srp import AWSSRP
from server import ROOT_KEY, ROOT_SECRET, Server, binary, clean_env, http

ROLE = "arn:aws:iam::123456789012:role/logs"
MAIL = {"AutoVerifiedAttributes": ["email"]}
SALT = b"0123456789abcdef"


def base(data):
    return base64.b64encode(data).rstrip(b"=").decode()


def made(house, **more):
    return house.idp.create_user_import_job(JobName="users", UserPoolId=house.pool, CloudWatchLogsRoleArn=ROLE, **more)["UserImportJob"]


def put(job, text):
    data = text if isinstance(text, bytes) else text.encode()
    return http("PUT", job["PreSignedUrl"], data, {"x-amz-server-side-encryption": "aws:kms", "content-type": "text/csv"})


def uploaded(house, text, **more):
    job = made(house, **more)
    status, headers, body = put(job, text)
    equal((status, body), (200, b""), "the upload")
    true(headers["ETag"], "an upload has an ETag")
    return job["JobId"]


def begin(house, job):
    return house.idp.start_user_import_job(UserPoolId=house.pool, JobId=job)["UserImportJob"]


def described(house, job):
    return house.idp.describe_user_import_job(UserPoolId=house.pool, JobId=job)["UserImportJob"]


def ended(house, job, seconds=120):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        now = described(house, job)
        if now["Status"] not in {"Pending", "InProgress", "Stopping"}:
            return now
        time.sleep(0.05)
    raise AssertionError(f"the job did not end: {now}")


def imported(house, text, **more):
    job = uploaded(house, text, **more)
    begin(house, job)
    return ended(house, job)


def counts(job):
    return job["ImportedUsers"], job["SkippedUsers"], job["FailedUsers"]


def report(house, job):
    """What `poolhouse import-report` prints."""
    env = clean_env(AWS_ACCESS_KEY_ID=ROOT_KEY, AWS_SECRET_ACCESS_KEY=ROOT_SECRET, AWS_ENDPOINT_URL=house.server.url, AWS_DEFAULT_REGION="us-east-1")
    told = subprocess.run([binary(), "import-report", house.pool, job["JobId"]], env=env, capture_output=True, text=True, check=True)
    return told.stdout.splitlines()


def many(count, prefix):
    rows = "".join(f"{prefix}{n},{prefix}{n}@example.com,true\n" for n in range(count))
    return "cognito:username,email,email_verified\n" + rows


@case("the header names every attribute of the pool")
def header(s):
    house = House(s, Schema=[{"Name": "team", "AttributeDataType": "String"}], **MAIL)
    told = house.idp.get_csv_header(UserPoolId=house.pool)
    equal(told["UserPoolId"], house.pool)
    equal(told["CSVHeader"][:3] + told["CSVHeader"][-4:], ["name", "given_name", "family_name", "custom:team", "cognito:mfa_enabled", "cognito:username", "password_hash"])
    true("sub" not in told["CSVHeader"], "sub is made by the pool")
    with refused("ResourceNotFoundException"):
        house.idp.get_csv_header(UserPoolId="us-east-1_nowhere99")
    with refused("InvalidParameterException"):
        connect(s, check=False).get_csv_header(UserPoolId="?")


@case("users come in as the file says, and set a password by their verified address")
def users(s):
    house = House(s, Schema=[{"Name": "team", "AttributeDataType": "String"}], **MAIL)
    text = (
        "\ufeffcognito:username,email,email_verified,birthdate,name,custom:team,updated_at,cognito:mfa_enabled\r\n"
        "ann, ann@example.com ,TRUE,02/28/1990,Arbor\\, Ann,blue,1700000000,\r\n"
        'bob,bob@example.com,true,,"Berg, ""Bob""",,,false\r\n'
    )
    job = imported(house, text)
    equal((job["Status"], counts(job), job["CompletionMessage"]), ("Succeeded", (2, 0, 0), "The user import job has completed."))
    true(job["CreationDate"] <= job["StartDate"] <= job["CompletionDate"], "the dates are in order")
    ann = house.describe("ann")
    equal(ann["UserStatus"], "RESET_REQUIRED")
    kept = as_map(ann["UserAttributes"])
    equal({k: v for k, v in kept.items() if k != "sub"}, {"email": "ann@example.com", "email_verified": "true", "birthdate": "1990-02-28", "name": "Arbor, Ann", "custom:team": "blue", "updated_at": "1700000000"})
    equal(house.attributes("bob")["name"], 'Berg, "Bob"')
    equal(house.idp.describe_user_pool(UserPoolId=house.pool)["UserPool"]["EstimatedNumberOfUsers"], 2)
    with refused("PasswordResetRequiredException"):
        house.start("ann")
    house.idp.forgot_password(ClientId=house.client, Username="ann")
    house.idp.confirm_forgot_password(ClientId=house.client, Username="ann", ConfirmationCode=s.code("ann@example.com"), Password="An0ther-one")
    true(house.tokens("ann", "An0ther-one")["AccessToken"], "ann signs in")
    equal(report(house, job), [])


@case("every row is judged by itself, and the report says what was wrong with it")
def rows(s):
    house = House(s, Schema=[{"Name": "given_name", "Required": True}, {"Name": "level", "AttributeDataType": "Number", "NumberAttributeConstraints": {"MaxValue": "9"}}], **MAIL)
    house.user("taken", given_name="T")
    text = "cognito:username,email,email_verified,given_name,custom:level,cognito:mfa_enabled,birthdate\n" + "".join(
        line + "\n"
        for line in [
            "good,good@example.com,true,G,9,,",
            "taken,taken@example.com,true,T,,,",
            "unverified,u@example.com,false,U,,,",
            "nomail,,true,N,,,",
            "nameless,n@example.com,true,,,,",
            "high,h@example.com,true,H,10,,",
            "mfa,m@example.com,true,M,,true,",
            "odd,not-an-address,true,O,,,",
            "two words,t@example.com,true,T,,,",
            "short,s@example.com",
            "born,b@example.com,true,B,,,31/31/1999",
            "maybe,m@example.com,maybe,M,,,",
            ",x@example.com,true,X,,,",
        ]
    ).replace("short,s@example.com\n", "short,s@example.com\n\n")
    job = imported(house, text)
    equal((job["Status"], counts(job), job["CompletionMessage"]), ("Failed", (1, 1, 11), "Too many users have failed or been skipped during the import."))
    told = report(house, job)
    equal(told[0], "[SKIPPED] Line Number 3 - The user already exists.")
    equal(told[1], "[FAILED] Line Number 4 - The User Record does not set any of the auto verified attributes to true. (Example: email_verified to true).")
    equal(len(told), 12)
    true("Line Number 11 - The row has 2 values" in told[8], told[8])
    true("Line Number 13 -" in told[9], "an empty line counts as a line")
    true(not any("example.com" in line for line in told), "a report has no personal data")


@case("a hash of each scheme signs in with its password, is replaced, and does SRP from then on")
def hashes(s):
    house = House(s, **MAIL)
    secret = "Imported-Pass1"
    argon = Argon2id(salt=SALT, length=32, iterations=2, lanes=1, memory_cost=19456).derive(secret.encode())
    forms = {
        "BCRYPT": ("$2a$04$UuTkLRZZ6QofpDOlMz32MuuxEHA43WOemOYHPz6.SjsVsyO1tDU96", "password"),
        "SCRYPT": (f"16384$8$1${SALT.hex()}${hashlib.scrypt(secret.encode(), salt=SALT, n=16384, r=8, p=1, dklen=32).hex()}", secret),
        "ARGON2ID": (f"$argon2id$v=19$m=19456\\,t=2\\,p=1${base(SALT)}${base(argon)}", secret),
        "PBKDF2_SHA256": (f"$pbkdf2-sha256$60000${base(SALT)}${base(hashlib.pbkdf2_hmac('sha256', secret.encode(), SALT, 60000))}", secret),
    }
    for algorithm, (form, password) in forms.items():
        name = algorithm.lower()
        others = "".join(f"{name}{n},{name}{n}@example.com,true,{form}\n" for n in range(2))
        text = f"cognito:username,email,email_verified,password_hash\n{others}{name}-none,{name}-none@example.com,true,\n{name}-odd,{name}-odd@example.com,true,$1$x\n"
        job = imported(house, text, PasswordHashingAlgorithm=algorithm)
        equal((job["PasswordHashingAlgorithm"], counts(job)), (algorithm, (3, 0, 1)))
        equal(report(house, job), ["[FAILED] Line Number 5 - The password hash is not in the form of the import job's algorithm."])
        equal(house.describe(f"{name}0")["UserStatus"], "CONFIRMED")
        equal(house.describe(f"{name}-none")["UserStatus"], "RESET_REQUIRED")
        srp = AWSSRP(username=f"{name}0", password=password, pool_id=house.pool, client_id=house.client, client=house.idp)
        with refused("NotAuthorizedException", "Incorrect username or password."):
            srp.authenticate_user()
        with refused("NotAuthorizedException", "Incorrect username or password."):
            house.start(f"{name}0", password + "x")
        true(house.tokens(f"{name}0", password)["AccessToken"], f"{algorithm} signs in")
        true(srp.authenticate_user()["AuthenticationResult"]["AccessToken"], f"{algorithm} does SRP after that")
        with refused("NotAuthorizedException", "Incorrect username or password."):
            house.start(f"{name}0", password + "x")
        house.idp.admin_set_user_password(UserPoolId=house.pool, Username=f"{name}1", Password="Reset-Before-7", Permanent=True)
        true(house.tokens(f"{name}1", "Reset-Before-7")["AccessToken"], "a password that was set replaces the hash")
    with refused("UserNotFoundException"):
        house.start(fresh("nobody"), "x")
    costly = "cognito:username,email,email_verified,password_hash\nrich,rich@example.com,true,$2b$13$" + "." * 53 + "\n"
    job = imported(house, costly, PasswordHashingAlgorithm="BCRYPT")
    equal(counts(job), (0, 0, 1))
    job = imported(house, many(1, "plain"), PasswordHashingAlgorithm="BCRYPT")
    equal((job["Status"], counts(job)), ("Failed", (0, 0, 0)))
    true("password_hash" in job["CompletionMessage"], job["CompletionMessage"])


@case("mail addresses as sign-in names, and pools that sign in by code")
def names(s):
    house = House(s, UsernameAttributes=["email"], **MAIL)
    equal(counts(imported(house, "cognito:username,email_verified,email\nann@example.org,true,ann@example.org\nbob@example.org,true,\nno-address,true,x@example.org\n")), (2, 0, 1))
    ann = house.describe("ann@example.org")
    equal((ann["Username"], as_map(ann["UserAttributes"])["email"]), (as_map(ann["UserAttributes"])["sub"], "ann@example.org"))
    house = House(s, Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}, **MAIL)
    equal(counts(imported(house, many(1, "code"))), (1, 0, 0))
    equal(house.describe("code0")["UserStatus"], "CONFIRMED")


@case("an address is good for one file of its job")
def addresses(s):
    house = House(s, **MAIL)
    job = made(house)
    equal((job["Status"], counts(job), job["CloudWatchLogsRoleArn"]), ("Created", (0, 0, 0), ROLE))
    true(job["JobId"].startswith("import-") and len(job["JobId"]) == 17, job["JobId"])
    with refused("PreconditionNotMetException", f"No csv file was uploaded for {job['JobId']}"):
        begin(house, job["JobId"])
    url = job["PreSignedUrl"]
    for bad in [url[:-1] + ("0" if url[-1] != "0" else "1"), url.replace(house.pool, "us-east-1_Other0000"), url.split("?")[0], url.replace("expires=", "expires=9")]:
        status, _, body = http("PUT", bad, b"x")
        equal((status, b"AccessDenied" in body), (403, True), bad)
    equal(http("GET", url)[0], 404, "only PUT is answered")
    equal(put(job, many(2, "once"))[0], 200)
    equal(put(job, many(2, "twice"))[0], 403, "a second file")
    equal(begin(house, job["JobId"])["Status"], "Pending")
    equal(counts(ended(house, job["JobId"])), (2, 0, 0))
    equal(put(job, many(2, "late"))[0], 403, "after the end")
    for call in [begin, lambda h, j: h.idp.stop_user_import_job(UserPoolId=h.pool, JobId=j)]:
        with refused("PreconditionNotMetException"):
            call(house, job["JobId"])
    for text in ["", "name,unknown\n", "email,email_verified\n", "cognito:username,cognito:username,email_verified\n", "cognito:username\n"]:
        ended_job = imported(house, text)
        equal((ended_job["Status"], counts(ended_job)), ("Failed", (0, 0, 0)), repr(text))
        true(ended_job["CompletionMessage"], "it says why")
    bare = House(s)
    job = uploaded(bare, many(1, "bare"))
    with refused("PreconditionNotMetException"):
        begin(bare, job)


@case("jobs are listed from the newest on, and unknown ones are not found")
def listed(s):
    house = House(s, **MAIL)
    jobs = [made(house)["JobId"] for _ in range(5)][::-1]
    pages, more = [], {}
    while True:
        page = house.idp.list_user_import_jobs(UserPoolId=house.pool, MaxResults=2, **more)
        pages += [job["JobId"] for job in page["UserImportJobs"]]
        if "PaginationToken" not in page:
            break
        more = {"PaginationToken": page["PaginationToken"]}
    equal(sorted(pages), sorted(jobs))
    for pool, job in [(house.pool, "import-0000000000"), ("us-east-1_nowhere99", jobs[0])]:
        for call in ["start_user_import_job", "stop_user_import_job", "describe_user_import_job"]:
            with refused("ResourceNotFoundException"):
                getattr(house.idp, call)(UserPoolId=pool, JobId=job)
    with refused("ResourceNotFoundException"):
        house.idp.list_user_import_jobs(UserPoolId="us-east-1_nowhere99", MaxResults=1)
    with refused("ResourceNotFoundException"):
        house.idp.create_user_import_job(UserPoolId="us-east-1_nowhere99", JobName="x", CloudWatchLogsRoleArn=ROLE)
    loose = connect(s, check=False)
    with refused("InvalidParameterException"):
        loose.create_user_import_job(UserPoolId=house.pool, JobName="<>", CloudWatchLogsRoleArn=ROLE)
    with refused("InvalidParameterException"):
        loose.list_user_import_jobs(UserPoolId=house.pool, MaxResults=0)
    for call in ["start_user_import_job", "stop_user_import_job", "describe_user_import_job"]:
        with refused("InvalidParameterException"):
            getattr(loose, call)(UserPoolId=house.pool, JobId="job")


@case("a job that runs holds the pool's settings still, and can be stopped")
def running(s):
    first, second = House(s, **MAIL), House(s, **MAIL)
    begin(first, uploaded(first, many(30_000, "long")))
    job = uploaded(second, many(10, "queued"))
    equal(begin(second, job)["Status"], "Pending")
    for call, more in [("update_user_pool", {}), ("delete_user_pool", {}), ("add_custom_attributes", {"CustomAttributes": [{"Name": "x", "AttributeDataType": "String"}]})]:
        with refused("UserImportInProgressException"):
            getattr(second.idp, call)(UserPoolId=second.pool, **more)
    with refused("PreconditionNotMetException"):
        begin(second, uploaded(second, many(1, "other")))
    equal(second.idp.stop_user_import_job(UserPoolId=second.pool, JobId=job)["UserImportJob"]["Status"], "Stopping")
    long = next(j["JobId"] for j in first.idp.list_user_import_jobs(UserPoolId=first.pool, MaxResults=1)["UserImportJobs"])
    first.idp.stop_user_import_job(UserPoolId=first.pool, JobId=long)
    for house, id in [(first, long), (second, job)]:
        now = ended(house, id)
        equal((now["Status"], now["CompletionMessage"]), ("Stopped", "The Import Job was stopped by the developer."))
    users = first.idp.describe_user_pool(UserPoolId=first.pool)["UserPool"]["EstimatedNumberOfUsers"]
    equal(users, described(first, long)["ImportedUsers"])
    second.idp.add_custom_attributes(UserPoolId=second.pool, CustomAttributes=[{"Name": "x", "AttributeDataType": "String"}])
    second.idp.delete_user_pool(UserPoolId=second.pool)


@case("a job goes on where a killed server left it")
def killed(_):
    with Server() as own:
        house = House(own, **MAIL)
        job = uploaded(house, many(6_000, "row"))
        begin(house, job)
        until = time.monotonic() + 60
        while described(house, job)["ImportedUsers"] == 0 and time.monotonic() < until:
            time.sleep(0.01)
        own.kill()
        own.start()
        house.idp = connect(own)
        before = described(house, job)
        true(before["Status"] == "InProgress" and 0 < before["ImportedUsers"] < 6_000, f"it was in the middle: {before}")
        now = ended(house, job)
        equal((now["Status"], counts(now)), ("Succeeded", (6_000, 0, 0)))
        equal(house.idp.describe_user_pool(UserPoolId=house.pool)["UserPool"]["EstimatedNumberOfUsers"], 6_000)


run("boto3 imports")
