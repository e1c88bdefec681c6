"""The checks in a sentence: what each asks of a file, in Chinese and in English, by its number.

For the page on verification, and for whoever asks what a number means. The titles in `verify.CHECKS` are shorter.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Told:
    """One check's sentence in both languages."""

    zh: str
    en: str


TOLD: Mapping[int, Told] = MappingProxyType(
    {
        1: Told(
            "最后一个签章盖到文件最后一个字节，前后没有别的内容；签完只许加验证资料，并由文件时间戳盖到末尾。",
            "The last signature covers the file to its last byte, with nothing before the header or behind the end; "
            "only validation data and document timestamps may follow, and the last of those ends the file.",
        ),
        2: Told(
            "每个签章的范围（ByteRange）是四个非负整数，从 0 开始，空档正好是签章本身，并盖到它那次保存的末尾。",
            "Each ByteRange is four non-negative integers that start at 0, leave out exactly the signature itself, "
            "and reach the end of the save that brought it.",
        ),
        3: Told(
            "把每次保存里的签章逐一数过：没有被拿掉、换掉、藏起来、两栏共用，也没有不认得的种类。",
            "The signatures of every save are counted: none is dropped, replaced, hidden, shared by two boxes, "
            "or of a kind that is not understood.",
        ),
        4: Told(
            "第一个签章是公司的签发，签发记录完整，印出来的编号、日期、识别码与它相符；有台账可对时，文件开头就是存档的那一份。",
            "The first signature is the firm's certification; the issue record is whole and agrees with what is "
            "printed; where the store is at hand, the file begins with the stored bytes.",
        ),
        5: Told(
            "每次保存里都没有脚本、自动动作、启动程序、提交表单、外部内容、XFA 表单或外来附件，藏在对象流里的也算。",
            "No save holds a script, an action, outside content, an XFA form or a foreign attachment, "
            "packed in object streams or not.",
        ),
        6: Told(
            "另一种程序不经修补就能读，读出的页数与栏位内容和本程序一样。",
            "Another program, written by other hands, reads the same pages and the same values without repairing "
            "the file.",
        ),
        7: Told(
            "没有加密、重复的键或对象、成圈的引用、夹在对象之间的内容，对象总数没有写小：两个程序不会读出两份文件。",
            "Nothing is encrypted, doubled, circular, or hidden between the objects, and no count is too small: "
            "no two programs read two documents out of the file.",
        ),
        8: Told(
            "每一步签章时，只有该步自己的栏位填过；别的栏位的内容、样子、位置、属性都与前一次保存相同。",
            "Between two saves only the fields of the step that signed were filled; of every other field, value, "
            "look, place and properties are as before.",
        ),
        9: Told(
            "每个栏位画出来的样子，就是把存着的值重新画一遍的样子；没有藏起来的栏位。",
            "What each field shows is what its stored value makes when it is drawn anew; no field is hidden.",
        ),
        10: Told(
            "页面、批注、字体、目录、权限与锁定范围都与签发时相同；没有东西盖在正文或栏位上。",
            "Pages, annotations, fonts, catalog, permissions and locks are as issued; nothing is laid over the words "
            "or the fields.",
        ),
        11: Told(
            "签发记录要求的每一步，都由该签的人用自己的证书依次签了；条件不成立而略过的一步，栏位是空的；"
            "写明给客户看的，就是他签章之前的那一份。",
            "Each step that the issue record requires is signed, in order, by the person whose certificate it is; "
            "the fields of a step that fell away are empty; what a customer is stated to have been shown is the file "
            "as it was before they signed.",
        ),
        12: Told(
            "每个签章只有一个签章人，里面不夹内容，摘要与证书写明且相符，算法与密钥长度在许可之内。",
            "Each signature has one signer and no content inside, states digest and certificate, which agree, and uses "
            "algorithms and key sizes that are allowed.",
        ),
        13: Told(
            "每个签章都有时间：以时间戳或收到的时间为准，从不以签章人自称为凭；后签的不早于先签的。",
            "Each signature has a time, proven by a timestamp or by receipt where there is one; later signatures are "
            "not earlier than those before.",
        ),
        14: Told(
            "签章当时，证书没有被撤销；只看文件里带的和信任名单里的撤销资料，不去证书所写的网址取。",
            "No certificate was revoked when it signed, by the material in the file and in the trust list; "
            "no address that a certificate names is ever asked.",
        ),
        15: Told(
            "联别、编号、部门与公司封印，和签发记录及台账相符；封印由公司自己的证书盖上。",
            "The copy's label, number, department and seal agree with the issue record and the ledger, "
            "and the seal is the firm's own.",
        ),
        16: Told(
            "文件在单独的进程里查验，内存、时间与大小都有限度；无论它让那个进程出什么事，结果都是拒绝并说明缘由。",
            "The file is judged in a process of its own with limits on memory, time and size; whatever it does to that "
            "process is a refusal with its reason.",
        ),
    }
)
