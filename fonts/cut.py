"""Cut the two embedded faces out of the packaged originals; see README.md beside it.

python fonts/cut.py FOLDER_OF_THE_UNPACKED_NPM_PACKAGE
"""  # noqa: INP001 - a script beside its data, no package

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

HERE = Path(__file__).parent
LAYOUT_TABLES = ("GSUB", "GPOS", "GDEF", "BASE", "JSTF", "vhea", "vmtx", "VORG", "STAT", "DSIG", "meta")
SYMBOLS = "“”‘’…—–·×÷±≤≥≠√□■○●◎△▲▽▼☆★→←↑↓①②③④⑤⑥⑦⑧⑨⑩№℃‰￥¥€§†‡©®™"


def cut_regular(source: Path) -> None:
    """Drop the layout tables, keep every character."""
    font = TTFont(source, recalcTimestamp=False)
    for tag in LAYOUT_TABLES:
        if tag in font:
            del font[tag]
    font.save(HERE / "NotoSansSC-Regular.ttf", reorderTables=True)


def cut_bold(source: Path) -> None:
    """Keep ASCII, GB 2312, Big5 and the symbols that forms use, without layout tables or hints."""
    options = subset.Options(layout_features=[], hinting=False, name_IDs=["*"], drop_tables=list(LAYOUT_TABLES))
    font = subset.load_font(str(source), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=set(range(0x20, 0x7F)) | {ord(c) for c in SYMBOLS} | _decodable("gb2312", "big5"))
    cutter.subset(font)
    font.save(HERE / "NotoSansSC-Bold.ttf", reorderTables=True)


def _decodable(*codecs: str) -> set[int]:
    pairs = [bytes((high, low)) for high in range(0x81, 0xFF) for low in range(0x40, 0xFF)]
    texts = (pair.decode(codec, "ignore") for codec in codecs for pair in pairs)
    return {ord(text) for text in texts if len(text) == 1}


if __name__ == "__main__":
    package = Path(sys.argv[1])
    cut_regular(package / "400Regular" / "NotoSansSC_400Regular.ttf")
    cut_bold(package / "700Bold" / "NotoSansSC_700Bold.ttf")
