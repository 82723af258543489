"""A picture made anew from its pixels alone.

It is decoded, turned as it should be seen, its colours made those of every screen, put on a new ground and encoded.
Larger than anybody needs is made smaller, where the format allows while it is decoded. Of what moves, the first frame.
"""

from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO

from PIL import AvifImagePlugin, Image, ImageCms, ImageOps, MpoImagePlugin  # noqa: F401 — loaded before the lock

from portal.copying.made import Copy, Piece, UnmadeError
from portal.copying.traces import traces
from portal.domain import filetypes
from portal.domain.evidence import Kept, Removed

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
FORMATS = {
    filetypes.JPEG: "JPEG",
    filetypes.PNG: "PNG",
    filetypes.GIF: "GIF",
    filetypes.WEBP: "WEBP",
    filetypes.AVIF: "AVIF",
    filetypes.HEIC: "HEIF",
}
MOST_PIXELS = {"JPEG": 220_000_000}  # telephones take 200 MP; it is decoded at a fraction
PIXELS = 64_000_000  # of other formats, which are decoded whole
COPY_PIXELS = 16_000_000
LONGEST = 20_000  # pixels of a side
PAGE_WIDTH = 1280
DRAWN_PIXELS = 4_000_000  # up to here what came as PNG or GIF (a screen, most often) stays exact
QUALITY = 88


def load() -> None:
    """Load and use every decoder once: later nothing can be loaded."""
    Image.MAX_IMAGE_PIXELS = None  # judged here, by format
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    Image.init()
    try:
        import pillow_heif  # noqa: PLC0415 — an extra
    except ImportError:
        pass
    else:
        pillow_heif.options.DECODE_THREADS = 1
        pillow_heif.options.THUMBNAILS = False
        pillow_heif.register_heif_opener()
    for form in ("JPEG", "PNG", "GIF", "WEBP"):  # the others' coders start threads
        rehearsed = BytesIO()
        Image.new("RGB", (64, 64)).save(rehearsed, form, icc_profile=SRGB.tobytes())
        copied = make(rehearsed.getvalue())
        for _ in copied.pieces:
            pass


def reads() -> tuple[str, ...]:
    """Name the formats."""
    return tuple(form for form in FORMATS.values() if form in Image.OPEN)


def make(data: bytes) -> Copy:
    """Make the copy, and a smaller picture for the page. Raises UnmadeError, or whatever the decoder raises."""
    form = FORMATS.get(filetypes.recognise(data[: filetypes.HEAD]))
    if form is None:
        raise UnmadeError(Kept.BROKEN)
    if form not in Image.OPEN:
        raise UnmadeError(Kept.UNAVAILABLE)
    image = Image.open(BytesIO(data), formats=(form,))
    if image.width * image.height > MOST_PIXELS.get(form, PIXELS):
        raise UnmadeError(Kept.TOO_LARGE)
    removed, place = traces(image, data)
    clean = _anew(image, removed)
    drawn = form in {"PNG", "GIF"} and clean.width * clean.height <= DRAWN_PIXELS
    return Copy(_pieces(clean, drawn=drawn), frozenset(removed), place)


def _pieces(clean: Image.Image, *, drawn: bool) -> Iterator[Piece]:
    yield Piece(
        "copy", 1, *((("image/png", encoded(clean, "PNG"))) if drawn else ("image/jpeg", encoded(clean, "JPEG")))
    )
    if clean.width > PAGE_WIDTH:
        clean = clean.resize((PAGE_WIDTH, max(1, round(clean.height * PAGE_WIDTH / clean.width))), reducing_gap=2.0)
    yield Piece("page", 1, "image/jpeg", encoded(clean, "JPEG"))


def encoded(clean: Image.Image, form: str) -> bytes:
    """Return the bytes of a picture, as nothing but a picture."""
    out = BytesIO()
    clean.save(out, form, quality=QUALITY)
    return out.getvalue()


def _anew(image: Image.Image, removed: set[Removed]) -> Image.Image:
    """Return new pixels; add to `removed` what is lost by making them."""
    profile = image.info.get("icc_profile")
    upright = _reduced(image, removed)
    upright.load()
    with suppress(Exception):  # broken details: the picture is seen as it lies
        ImageOps.exif_transpose(upright, in_place=True)
    if profile:
        upright = _plain_colours(upright, profile)
    if upright.mode.startswith("I;16"):
        upright = upright.convert("I").point(lambda value: value / 256).convert("L")
    if upright.has_transparency_data:
        upright = _opaque(upright, removed)
    mode = "L" if upright.mode in {"1", "L"} else "RGB"
    clean = Image.new(mode, upright.size)
    clean.paste(upright if upright.mode == mode else upright.convert(mode))
    return clean


def _reduced(image: Image.Image, removed: set[Removed]) -> Image.Image:
    """Return no more pixels than anybody needs; a JPEG is not even decoded to more than twice a side."""
    scale = min((COPY_PIXELS / (image.width * image.height)) ** 0.5, LONGEST / max(image.size))
    if scale >= 1:
        return image
    removed.add(Removed.DETAIL)
    if image.mode in {"P", "1"}:  # these cannot be made smaller smoothly
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    image.thumbnail((max(1, int(image.width * scale)), max(1, int(image.height * scale))), reducing_gap=1.0)
    return image


def _plain_colours(image: Image.Image, profile: bytes) -> Image.Image:
    if image.mode not in {"RGB", "RGBA", "CMYK", "L"}:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    colours = image.convert("RGB") if image.mode == "RGBA" else image
    try:
        plain = ImageCms.profileToProfile(colours, ImageCms.ImageCmsProfile(BytesIO(profile)), SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):  # no profile at all
        return image
    if plain is not None and image.mode == "RGBA":
        plain.putalpha(image.getchannel("A"))
    return plain or image


def _opaque(image: Image.Image, removed: set[Removed]) -> Image.Image:
    """Lay it on white, as a page would show it."""
    layered = image.convert("RGBA")
    if layered.getchannel("A").getextrema() == (255, 255):
        return layered.convert("RGB")
    removed.add(Removed.TRANSPARENCY)
    ground = Image.new("RGB", layered.size, "white")
    ground.paste(layered, mask=layered.getchannel("A"))
    return ground
