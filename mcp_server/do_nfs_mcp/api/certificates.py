"""Which certificates are trusted, and how to tell that one was not."""

import os
import ssl
import sys
from pathlib import Path

import certifi

__all__ = ["distrust", "tls_context"]


def tls_context() -> ssl.SSLContext:
    """Make what checks certificates: by SSL_CERT_FILE and SSL_CERT_DIR if they are set, else by what the operating
    system trusts or, where it has no certificates at all, as in small containers, by certifi's.

    Raises:
        OSError: If a file of certificates cannot be read. SSLError is one, too.
    """
    import truststore  # Takes a while, and only requests over https need it.

    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    file, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if file or folder:
        context.load_verify_locations(file or None, folder or None)
    elif not _system_has_certificates():
        context.load_verify_locations(certifi.where())
    return context


def distrust(error: BaseException | None) -> str | None:
    """Return why a certificate was not trusted, in OpenSSL's words; None if that is not what an error comes from."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return error.verify_message
        error = error.__cause__ or error.__context__
    return None


def _system_has_certificates() -> bool:
    if sys.platform in {"win32", "darwin"}:
        return True
    paths = ssl.get_default_verify_paths()
    return bool(paths.cafile or (paths.capath and any(Path(paths.capath).iterdir())))
