"""A certificate authority of the tests' own."""

import atexit
import datetime
import ipaddress
import os
import shutil
import ssl
import tempfile

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


class Authority:
    """An authority and one certificate under it, as files; the certificate is for 127.0.0.1, localhost and `names`."""

    def __init__(self, names=()):
        self.folder = tempfile.mkdtemp(prefix="poolhouse-ca-")
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        files = (os.path.join(self.folder, name) for name in ("ca.pem", "cert.pem", "key.pem"))
        self.ca_file, self.cert_file, self.key_file = files
        ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        ca_name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Authority of the tests")])
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "server of the tests")])
        ca = certificate(ca_name, ca_name, ca_key.public_key(), ca_key, x509.BasicConstraints(ca=True, path_length=0))
        hosts = [x509.DNSName(host) for host in ("localhost", *names)]
        alternatives = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1")), *hosts])
        own = certificate(name, ca_name, key.public_key(), ca_key, alternatives)
        write(self.ca_file, ca.public_bytes(serialization.Encoding.PEM))
        write(self.cert_file, own.public_bytes(serialization.Encoding.PEM))
        plain = serialization.NoEncryption()
        pkcs8 = serialization.PrivateFormat.PKCS8
        write(self.key_file, key.private_bytes(serialization.Encoding.PEM, pkcs8, plain))

    def context(self):
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.cert_file, self.key_file)
        return context


def certificate(subject, issuer, public, signer, extension):
    now = datetime.datetime.now(datetime.timezone.utc)
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public)
    made = made.serial_number(x509.random_serial_number())
    made = made.not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=30))
    made = made.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
    return made.sign(signer, hashes.SHA256())


def write(path, content):
    with open(path, "wb") as file:
        file.write(content)
    os.chmod(path, 0o600)
