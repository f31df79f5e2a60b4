"""Two SAML identity providers that others wrote: SimpleSAMLphp under PHP's own server, and pysaml2 within this process."""

import atexit
import base64
import glob
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request
import xml.etree.ElementTree as ET
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

HERE = os.path.dirname(os.path.abspath(__file__))
DS = "{http://www.w3.org/2000/09/xmldsig#}"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def key_pair(folder, name):
    """A key and a self-signed certificate; their paths."""
    key, certificate = os.path.join(folder, f"{name}.pem"), os.path.join(folder, f"{name}.crt")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "30"]
    subprocess.run([*command, "-subj", f"/CN={name}"], check=True, capture_output=True)
    return key, certificate


def certificate_in(metadata, use):
    """The certificate for a use, in base64, in the metadata of a service provider; None if there is none."""
    for key in ET.fromstring(metadata).iter("{urn:oasis:names:tc:SAML:2.0:metadata}KeyDescriptor"):
        if key.get("use") == use:
            return key.find(f".//{DS}X509Certificate").text.strip()
    return None


class SimpleSamlPhp:
    """`php -S` over Debian's package, with configuration and keys of its own."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="poolhouse-ssp-")
        self.url = f"http://127.0.0.1:{free_port()}"
        for name in ("cert", "log", "data", "tmp"):
            os.mkdir(os.path.join(self.folder, name))
        for part in ("config", "metadata"):
            shutil.copytree(os.path.join(HERE, "simplesamlphp", part), os.path.join(self.folder, part))
        for path in glob.glob(f"{self.folder}/*/*.php"):
            with open(path) as file:
                text = file.read().replace("@DIR@", self.folder).replace("@URL@", self.url)
            with open(path, "w") as file:
                file.write(text)
        self.services = {}
        self.renew_key()
        env = os.environ | {"SIMPLESAMLPHP_CONFIG_DIR": f"{self.folder}/config"}
        command = ["php", "-d", "display_errors=0", "-d", "opcache.enable=0", "-S", self.url.removeprefix("http://")]
        log = open(f"{self.folder}/php.log", "wb")
        self.child = subprocess.Popen([*command, "-t", "/usr/share/simplesamlphp/www"], env=env, stdout=log, stderr=log)
        atexit.register(self.stop)
        self.metadata_url = f"{self.url}/saml2/idp/metadata.php"
        until = time.monotonic() + 60
        while True:
            try:
                self.metadata = urllib.request.urlopen(self.metadata_url, timeout=30).read().decode()
                return
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    def renew_key(self):
        key_pair(f"{self.folder}/cert", "server")

    def serve(self, entity, base, metadata, encrypt, **more):
        """Takes a service provider, from its metadata."""
        entry = {
            "AssertionConsumerService": f"{base}/saml2/idpresponse",
            "SingleLogoutService": [
                {"Binding": "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST", "Location": f"{base}/saml2/logout"}
            ],
            "NameIDFormat": PERSISTENT,
            "saml20.sign.response": True,
            "saml20.sign.assertion": True,
            "assertion.encryption": encrypt,
            "keys": [
                {"type": "X509Certificate", "signing": use == "signing", "encryption": use == "encryption", "X509Certificate": found}
                for use in ("signing", "encryption")
                if (found := certificate_in(metadata, use))
            ],
        } | more
        self.services[entity] = entry
        with open(f"{self.folder}/metadata/saml20-sp-remote.php", "w") as file:
            file.write("<?php\n" + "".join(f"$metadata[{php(name)}] = {php(entry)};\n" for name, entry in self.services.items()))

    def stop(self):
        self.child.terminate()
        self.child.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def php(value):
    """A value as PHP writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    if isinstance(value, dict):
        return "[" + ", ".join(f"{php(k)} => {php(v)}" for k, v in value.items()) + "]"
    return "[" + ", ".join(php(v) for v in value) + "]"


class PySaml2:
    """pysaml2's identity provider, which calls xmlsec1 to sign, encrypt and verify."""

    def __init__(self):
        from saml2.metadata import entity_descriptor

        self.folder = tempfile.mkdtemp(prefix="poolhouse-pysaml2-")
        atexit.register(shutil.rmtree, self.folder, True)
        self.key, self.certificate = key_pair(self.folder, "idp")
        self.idp, self.response = None, {}
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_GET(self):
                owner.answer(self, urlparse(self.path))

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.metadata = str(entity_descriptor(self.configuration([])))

    def configuration(self, services):
        from saml2 import BINDING_HTTP_REDIRECT
        from saml2.config import IdPConfig
        from saml2.saml import NAME_FORMAT_URI

        policy = {"default": {"lifetime": {"minutes": 5}, "name_form": NAME_FORMAT_URI, "attribute_restrictions": None}}
        service = {
            "name": "tests",
            "want_authn_requests_signed": True,
            "endpoints": {
                "single_sign_on_service": [(f"{self.url}/sso", BINDING_HTTP_REDIRECT)],
                "single_logout_service": [(f"{self.url}/slo", BINDING_HTTP_REDIRECT)],
            },
            "policy": policy,
        }
        return IdPConfig().load(
            {
                "entityid": f"{self.url}/metadata",
                "xmlsec_binary": shutil.which("xmlsec1"),
                "key_file": self.key,
                "cert_file": self.certificate,
                "metadata": {"local": services},
                "service": {"idp": service},
            }
        )

    def serve(self, metadata, **response):
        """Takes a service provider, from its metadata; `response` says what is signed and encrypted."""
        import saml2.sigver
        from saml2.server import Server

        # By itself it encrypts with triple DES.
        saml2.sigver.pre_encryption_part.__kwdefaults__["msg_enc"] = "http://www.w3.org/2009/xmlenc11#aes256-gcm"
        saml2.sigver.CryptoBackendXmlSec1.encrypt_assertion.__defaults__ = ("aes-256", None, None)
        saml2.sigver.SecurityContext.encrypt_assertion.__defaults__ = ("aes-256", None)
        path = os.path.join(self.folder, "sp.xml")
        with open(path, "w") as file:
            file.write(metadata)
        self.idp, self.response = Server(config=self.configuration([path])), response

    def issue(self, to, service, request):
        from saml2.saml import NameID

        what = {"sign_response": False, "sign_assertion": False, "encrypt_assertion": False} | self.response
        return str(
            self.idp.create_authn_response(
                {"uid": "alice", "mail": "alice@example.test", "givenName": "Älice <&>"},
                request,
                to,
                service,
                userid="alice",
                name_id=NameID(format=PERSISTENT, text="alice-pid", sp_name_qualifier=service),
                authn={"class_ref": "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport", "authn_auth": self.url},
                encrypted_advice_attributes=False,
                sign_alg=SHA256,
                digest_alg="http://www.w3.org/2001/04/xmlenc#sha256",
                **what,
            )
        )

    def answer(self, http, url):
        """A page whose form goes to the service provider, as providers' pages do."""
        from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT

        try:
            query = {name: values[0] for name, values in parse_qs(url.query).items()}
            signature = {"relay_state": query.get("RelayState"), "sigalg": query["SigAlg"], "signature": query["Signature"]}
            if url.path == "/sso":
                asked = self.idp.parse_authn_request(query["SAMLRequest"], BINDING_HTTP_REDIRECT, **signature)
                told = self.idp.response_args(asked.message, [BINDING_HTTP_POST])
                to, xml = told["destination"], self.issue(told["destination"], told["sp_entity_id"], asked.message.id)
            else:
                asked = self.idp.parse_logout_request(query["SAMLRequest"], BINDING_HTTP_REDIRECT, **signature)
                told = self.idp.response_args(asked.message, [BINDING_HTTP_POST])
                to, xml = told["destination"], str(self.idp.create_logout_response(asked.message, [BINDING_HTTP_POST], sign=True, sign_alg=SHA256))
            body, status = page(to, xml, query.get("RelayState", "")), 200
        except Exception as error:  # whoever asks reads it
            body, status = f"{type(error).__name__}: {error}", 500
        http.send_response(status)
        http.send_header("Content-Type", "text/html; charset=utf-8")
        http.end_headers()
        http.wfile.write(body.encode())


def page(to, xml, state):
    encoded = base64.b64encode(xml.encode()).decode()
    return (
        f'<form method="post" action="{to}"><input type="hidden" name="SAMLResponse" value="{encoded}"/>'
        f'<input type="hidden" name="RelayState" value="{state}"/></form>'
    )
