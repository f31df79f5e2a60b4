"""Terraform with the AWS provider: what is applied shows no drift, changes in place, and can be destroyed.

POOLHOUSE_TERRAFORM names the folder of the installed wheels. The program in them comes from a third party, so that it
runs without privileges where the tests are run by root.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "clients" / "lib"))
from cases import case, equal, run, true
from cognito import House
from server import ROOT_KEY, ROOT_SECRET, Server, clean_env

HERE = pathlib.Path(__file__).resolve().parent
WHEELS = pathlib.Path(os.environ["POOLHOUSE_TERRAFORM"])
PROVIDER = "terraform-provider-aws_3.39.0_linux_amd64.zip"
NOBODY = 65534

METADATA = """<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example.com/saml">
<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><KeyDescriptor use="signing">
<KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>{certificate}</X509Certificate></X509Data>
</KeyInfo></KeyDescriptor>
<SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example.com/slo"/>
<SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example.com/sso"/>
</IDPSSODescriptor></EntityDescriptor>"""


class Terraform:
    """A working folder, with a mirror of the one provider that it needs."""

    def __init__(self, server, certificate):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="poolhouse-terraform-"))
        mirror = self.folder / "mirror" / "registry.terraform.io" / "hashicorp" / "aws"
        mirror.mkdir(parents=True)
        shutil.copy(WHEELS / "terraform_plugins" / PROVIDER, mirror / PROVIDER)
        shutil.copy(WHEELS / "terraform_0_15" / "terraform", self.folder / "terraform")
        (self.folder / "terraform").chmod(0o755)
        shutil.copy(HERE / "main.tf", self.folder / "main.tf")
        self.environment = clean_env(
            AWS_ACCESS_KEY_ID=ROOT_KEY,
            AWS_SECRET_ACCESS_KEY=ROOT_SECRET,
            TF_VAR_endpoint=server.url,
            TF_VAR_saml_metadata=METADATA.format(certificate=certificate),
            CHECKPOINT_DISABLE="1",
            HOME=str(self.folder),
            TF_IN_AUTOMATION="1",
        )
        self.user = {}
        if os.geteuid() == 0:
            self.user = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
            for path in [self.folder, *self.folder.rglob("*")]:
                os.chown(path, NOBODY, NOBODY)

    def run(self, *args):
        """Runs a command, which must succeed; its output."""
        done = subprocess.run(
            [str(self.folder / "terraform"), *args],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
            **self.user,
        )
        if done.returncode != 0:
            # This build of the CLI also traces its work to standard error.
            errors = [line for line in done.stderr.splitlines() if line.startswith(("Error", "\u2502"))]
            raise AssertionError(f"terraform {args[0]}: exit status {done.returncode}: {errors} {done.stdout[-3000:]}")
        return done.stdout

    def no_drift(self):
        """Plans again. There must be nothing to do, which is exit status 0 (2 is a plan with changes)."""
        self.run("plan", "-no-color", "-input=false", "-detailed-exitcode", *self.variables)

    def apply(self, changed):
        self.variables = [f"-var=changed={str(changed).lower()}"]
        return self.run("apply", "-no-color", "-input=false", "-auto-approve", *self.variables)


@case("a configuration with every resource applies, shows no drift, changes in place and is destroyed")
def life(s):
    house = House(s)
    certificate = house.idp.get_signing_certificate(UserPoolId=house.pool)["Certificate"]
    before = {pool["Id"] for pool in house.idp.list_user_pools(MaxResults=60)["UserPools"]}
    terraform = Terraform(s, certificate)
    try:
        terraform.run("init", "-no-color", "-input=false", "-plugin-dir=mirror")
        applied = terraform.apply(changed=False)
        true("9 added" in applied, applied[-500:])
        terraform.no_drift()
        changed = terraform.apply(changed=True)
        true("0 added" in changed and "0 destroyed" in changed and "0 changed" not in changed, changed[-500:])
        terraform.no_drift()
        pool = terraform.run("output", "-raw", "pool")
        seen = house.idp.describe_user_pool(UserPoolId=pool)["UserPool"]
        equal(seen["Policies"]["PasswordPolicy"]["MinimumLength"], 14)
        equal((seen["MfaConfiguration"], seen["Domain"]), ("OPTIONAL", "terraform-login"))
        equal(seen["UserPoolTags"], {"team": "b"})
        terraform.run("destroy", "-no-color", "-input=false", "-auto-approve", *terraform.variables)
        equal({pool["Id"] for pool in house.idp.list_user_pools(MaxResults=60)["UserPools"]}, before)
    finally:
        shutil.rmtree(terraform.folder)


run("terraform", Server(dev=False))
