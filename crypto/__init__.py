"""The portal's cryptography: bytes in, bytes out, one suite per version byte, nothing above it imported."""
