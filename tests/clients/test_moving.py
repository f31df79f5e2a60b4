"""boto3 and the command line: users leave one pool as a file and come into another, and files of other systems do."""

import json
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, __file__.rsplit("/", 1)[0] + "/lib")
from cases import case, equal, run, true
from cognito import House, as_map
from server import ROOT_KEY, ROOT_SECRET, binary, clean_env, http

MAIL = {"AutoVerifiedAttributes": ["email"]}
ARGON = {"UserPoolTags": {"poolhouse:password-scheme": "argon2id"}}
ROLE = "arn:aws:iam::123456789012:role/logs"


def poolhouse(*args, server=None):
    """(what it printed, what it said beside) of the command line."""
    env = clean_env(AWS_ACCESS_KEY_ID=ROOT_KEY, AWS_SECRET_ACCESS_KEY=ROOT_SECRET, AWS_DEFAULT_REGION="us-east-1")
    if server:
        env["AWS_ENDPOINT_URL"] = server.url
    done = subprocess.run([binary(), *args], env=env, capture_output=True, text=True)
    if done.returncode:
        raise AssertionError(f"{args}: {done.stderr}")
    return done.stdout, done.stderr


def imported(house, text, **more):
    job = house.idp.create_user_import_job(JobName="users", UserPoolId=house.pool, CloudWatchLogsRoleArn=ROLE, **more)["UserImportJob"]
    equal(http("PUT", job["PreSignedUrl"], text.encode())[0], 200)
    named = {"UserPoolId": house.pool, "JobId": job["JobId"]}
    house.idp.start_user_import_job(**named)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        now = house.idp.describe_user_import_job(**named)["UserImportJob"]
        if now["Status"] not in {"Pending", "InProgress"}:
            return now
        time.sleep(0.05)
    raise AssertionError(f"the job did not end: {now}")


@case("a pool's users leave with their hashes, and sign in at another pool with the same passwords")
def moved(s):
    old, new = House(s, **MAIL, **ARGON), House(s, **MAIL)
    old.idp.create_group(UserPoolId=old.pool, GroupName="staff")
    for n in range(3):
        old.user(f"user{n}", password=f"Their-Own-{n}pw", email=f"user{n}@example.com", email_verified="true", name="Arbor, Ann", birthdate="1990-02-28")
    old.idp.admin_add_user_to_group(UserPoolId=old.pool, Username="user1", GroupName="staff")
    lines, said = poolhouse("export", old.pool, server=s)
    people = [json.loads(line) for line in lines.splitlines()]
    equal([p["Username"] for p in people], ["user0", "user1", "user2"])
    equal((people[1]["Groups"], people[1]["Status"], people[1]["Attributes"]["name"]), (["staff"], "CONFIRMED", "Arbor, Ann"))
    true("PasswordHash" not in lines, "hashes are told only when they are asked for")
    with tempfile.TemporaryDirectory() as dir:
        path = f"{dir}/users.csv"
        _, said = poolhouse("export", old.pool, "--format", "csv", "--hashes", "--output", path, server=s)
        true("3 of them have a password hash" in said, said)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        with refused_command("File exists"):
            poolhouse("export", old.pool, "--output", path, server=s)
    job = imported(new, text, PasswordHashingAlgorithm="ARGON2ID")
    equal((job["Status"], job["ImportedUsers"]), ("Succeeded", 3))
    for n in range(3):
        kept, had = new.attributes(f"user{n}"), old.attributes(f"user{n}")
        equal({k: v for k, v in kept.items() if k != "sub"}, {k: v for k, v in had.items() if k != "sub"})
        true(new.tokens(f"user{n}", f"Their-Own-{n}pw")["AccessToken"], "the same password")
    _, said = poolhouse("export", House(s).pool, "--hashes", server=s)
    true(said.startswith("0 users"), said)
    srp = House(s)
    srp.user("ann")
    _, said = poolhouse("export", srp.pool, "--hashes", server=s)
    true("1 have an SRP verifier alone" in said, said)


class refused_command:
    def __init__(self, words):
        self.words = words

    def __enter__(self):
        return self

    def __exit__(self, kind, error, _):
        true(kind is AssertionError and self.words in str(error), f"the command went through, or failed otherwise: {error}")
        return True


@case("a bulk export of Auth0 with hashes becomes users who sign in")
def converted(s):
    people = [
        {"_id": {"$oid": "1"}, "email": "ann@example.com", "email_verified": True, "name": "Arbor, Ann", "passwordHash": "$2a$04$UuTkLRZZ6QofpDOlMz32MuuxEHA43WOemOYHPz6.SjsVsyO1tDU96"},
        {"_id": {"$oid": "2"}, "email": "bob@example.com", "email_verified": False},
    ]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write("".join(json.dumps(person) + "\n" for person in people))
        file.flush()
        dry, said = poolhouse("convert", file.name, "--from", "auth0", "--hashes", "bcrypt", "--dry-run")
        equal(dry, "")
        true("1 passwords that go on working" in said and "1 users without a verified address" in said, said)
        text, _ = poolhouse("convert", file.name, "--from", "auth0", "--hashes", "bcrypt")
    house = House(s, UsernameAttributes=["email"], **MAIL)
    job = imported(house, text, PasswordHashingAlgorithm="BCRYPT")
    equal((job["ImportedUsers"], job["FailedUsers"]), (1, 1))
    true(house.tokens("ann@example.com", "password")["AccessToken"], "the password of before")
    equal(as_map(house.describe("ann@example.com")["UserAttributes"])["name"], "Arbor, Ann")


run("boto3 moving")
