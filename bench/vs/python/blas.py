"""Which BLAS this process multiplies with: by the libraries that it has loaded."""
import ctypes
import re

REFERENCE = (
    "the reference BLAS ({}), with which it is many times as slow as it can be: install OpenBLAS (Debian: apt-get install libopenblas0)"
)


def library(path):
    try:
        return ctypes.CDLL(path)
    except OSError:
        return None


def loaded(file="/proc/self/maps"):
    """(what it is in words, whether it is the reference)."""
    with open(file) as maps:
        paths = {line.split()[-1] for line in maps if re.search(r"/lib\w*(blas|mkl_rt|blis|atlas)\w*[-.\w]*$", line)}
    for path in sorted(paths):
        for name in ("openblas_get_config", "openblas_get_config64_", "scipy_openblas_get_config64_"):
            config = getattr(library(path), name, None)
            if config is not None:
                config.restype = ctypes.c_char_p
                return config().decode(), False
    others = sorted(path for path in paths if re.search("mkl|blis|atlas", path))
    if others:
        return others[0].rsplit("/", 1)[-1], False
    plain = sorted(path for path in paths if re.search(r"/libblas\.so", path))
    return (REFERENCE.format(plain[0]), True) if plain else ("its own products", False)


def about(version, detail=""):
    """A peer's answer to who it is: refused where its products are the reference's."""
    blas, reference = loaded()
    if reference:
        return {"absent": f"{version} multiplies with {blas}"}
    return {"version": version, "detail": f"{detail}{', ' if detail else ''}{blas}"}
