"""Files as cameras and offices make them: small pictures and documents that say everything such files can say."""

import struct
import subprocess
import zlib
from io import BytesIO

import pillow_heif
from PIL import Image, ImageCms

from portal.copying import binding

pillow_heif.register_heif_opener()

CANARY = "CANARY-7Q4X"  # stands in every detail
LATITUDE, LONGITUDE = 43.817072, 125.323544
SAID = (
    f"-Make={CANARY}", f"-Model={CANARY}", f"-SerialNumber={CANARY}", f"-LensModel={CANARY}", f"-OwnerName={CANARY}",
    f"-Artist={CANARY}", f"-Copyright={CANARY}", f"-ImageDescription={CANARY}", f"-UserComment={CANARY}",
    f"-XPAuthor={CANARY}", f"-XPComment={CANARY}", f"-Software={CANARY}", f"-HostComputer={CANARY}",
    "-DateTimeOriginal=2026:11:02 03:04:05", "-CreateDate=2026:11:02 03:04:05", "-OffsetTime=+08:00",
    f"-GPSLatitude={LATITUDE}", "-GPSLatitudeRef=N", f"-GPSLongitude={LONGITUDE}", "-GPSLongitudeRef=E",
    "-GPSDateStamp=2026:11:01", f"-XMP-dc:Creator={CANARY}", f"-XMP-dc:Description={CANARY}",
    f"-IPTC:Keywords={CANARY}", f"-IPTC:By-line={CANARY}", f"-Comment={CANARY}", f"-Title={CANARY}",
)  # fmt: skip


def picture(size=(320, 200), mode="RGB"):
    """Something with colours and edges."""
    wide, high = size
    red = Image.linear_gradient("L").resize(size)
    return Image.merge("RGB", (red, red.rotate(180), Image.radial_gradient("L").resize((wide, high)))).convert(mode)


def saved(image, form, **how):
    out = BytesIO()
    image.save(out, form, **how)
    return out.getvalue()


def swapped_profile():
    """A colour profile in which red is what every screen calls green."""
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return plain.replace(b"rXYZ", b"tXYZ").replace(b"gXYZ", b"rXYZ").replace(b"tXYZ", b"gXYZ")


def tell_everything(folder, files):
    """Write these files (by name) and have exiftool say in them what a camera says; return them by name."""
    thumbnail = folder / "small.jpg"
    thumbnail.write_bytes(saved(picture((80, 50)), "JPEG"))
    for name, data in files.items():
        (folder / name).write_bytes(data)
    told = ["exiftool", "-q", "-m", "-overwrite_original", *SAID, f"-ThumbnailImage<={thumbnail}"]
    subprocess.run([*told, *(str(folder / name) for name in files)], check=True, stderr=subprocess.DEVNULL)
    return {name: (folder / name).read_bytes() for name in files}


def chunk(kind, body):
    """One chunk of a PNG."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width, height, *chunks):
    """A PNG that says it is so large, whatever it holds."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + b"".join(chunks) + body + chunk(b"IEND", b"")


def jpeg_of_size(width, height):
    """A JPEG whose head says it is so large."""
    data = saved(picture(), "JPEG")
    at = data.index(b"\xff\xc0")
    return data[: at + 5] + struct.pack(">HH", height, width) + data[at + 9 :]


def document(pages=1, size=(300, 400), points=(300, 400)):
    """A PDF of some pages."""
    sheet = binding.Sheet(saved(picture(size), "JPEG"), size, points)
    return binding.bound([sheet] * pages)


def page_of(content, *fonts):
    """A PDF of one page that draws this; `fonts` are objects from the fifth on, the first of which is called F."""
    return binding.assembled(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 100]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
            b"<</Length %d>>\nstream\n%b\nendstream" % (len(content), content),
            *fonts,
        ]
    )


def songti(words):
    """A PDF that names a Chinese font without carrying it, as those of offices do."""
    name = b"STSong-Light"
    system = b"<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>"
    return page_of(
        b"BT /F 40 Tf 20 50 Td <%b> Tj ET" % words.encode("utf-16-be").hex().encode(),
        b"<</Type/Font/Subtype/Type0/BaseFont/%b/Encoding/UniGB-UCS2-H/DescendantFonts[6 0 R]>>" % name,
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/%b/CIDSystemInfo%b/FontDescriptor 7 0 R>>" % (name, system),
        b"<</Type/FontDescriptor/FontName/%b/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0/Ascent 880/Descent -120"
        b"/CapHeight 880/StemV 93>>" % name,
    )
