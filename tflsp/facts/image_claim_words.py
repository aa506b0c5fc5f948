"""The words by which texts speak of TensorFlow's 2.9 images, in English and Chinese: of whom, and what is said.

Knows words only; which sentences count is `tflsp.facts.image_claims`'s.
"""

from __future__ import annotations

import re

from tflsp.text.patterns import pattern

_TAGGED = r"tensorflow/tensorflow:(?P<tag>2\.9(?:\.\d+)?(?:-[a-z0-9]+)*)"
_SPOKEN = (
    r"TensorFlow[- ]?v?2\.9(?:\.\d+)?[ ]?(?:官方|深度学习|开发|official[ ])?[ ]?(?:Docker|docker|容器|container)?[ ]?"
    r"(?:镜像|images?\b)"
)
IMAGE = pattern(rf"{_TAGGED}|{_SPOKEN}")
OFFICIAL = pattern(r"官方|official|tensorflow/tensorflow:2\.9", re.IGNORECASE)
# Another image is spoken of: one that is made from TensorFlow's.
BASE_BEFORE = pattern(
    r"(?:基于|继承自?|扩展自?|based on|built on|builds on|from|FROM|on top of|extend(?:s|ing)?|deriv\w+ from)"
    r"[ ]?(?:the[ ]|our[ ]|官方(?:的)?[ ]?|official[ ]|image[ ]|镜像[ ]?|[`*“\"])*\Z"
)
BASE_AFTER = pattern(
    r"\A[`*”\"]?[ ]?(?:镜像)?[ ]?(?:image[ ])?"
    r"(?:为基础|作为基础|做基础|之上|as (?:the|a|our|its) (?:base|starting|parent)|\+|plus )"
)
CUSTOM = pattern(
    r"自定义|自建|自制|自己(?:构建|的镜像)|扩展镜像|衍生镜像|docker build|Dockerfile|custom(?:i[sz]ed)? image|own image"
    r"|our image|my image|derived image|additional(?:ly)?|额外",
    re.IGNORECASE,
)
PRONOUN = pattern(
    r"(?:\A|[，,]\s*)(?:而且|并且|同时|此外|更重要的是[，,]?|简单来说[，,]?|\s)*"
    r"(?:它|该镜像|这个镜像|这一镜像|此镜像|本镜像|其中?(?=预装|内置|集成)"
    r"|it(?:'s)?\b|the image\b|this image\b|the container image\b)",
    re.IGNORECASE,
)
NAMED_AGAIN = pattern(r"(?:该|这个|这一|此|本)镜像|\b(?:the|this) image\b", re.IGNORECASE)
_HAS = (
    r"预装|预置|预安装|内置|自带|包含|包括|集成|封装|附带|配备|装有|装好|已安装|pre-?install\w*|includ\w+|ships?\b|shipped|"
    r"com(?:es|ing) with|bundl\w+|contains?|provides?|built[- ]in|equipped|\bhas\b|pack(?:s|ed|aged) with"
)
VERB = pattern(_HAS, re.IGNORECASE)
BEGINS_WITH_VERB = pattern(rf"\A[\s*`“”\"]*(?:并|还|已|默认|同时|also[ ])*(?:{_HAS}|支持|supports?\b)", re.IGNORECASE)
NOT = pattern(
    r"没有|没装|不含|不包含|不包括|并不|不支持|不提供|不再|未(?:预装|安装|内置|包含|集成|必)|缺少|缺失|移除|"
    r"而非|不是(?!一个|单纯)|误以为|错误|"
    r"\bnot?\b|n['’]t\b|\bnever\b|without|lacks?\b|missing|neither|\bnor\b|"
    r"instead of|unlike|wrong|unless|except|absent",
    re.IGNORECASE,
)
# Somebody is to do it, or it may be so under a condition.
TO_DO = pattern(
    r"如果|若(?!干)|假如|(?<!满足)需要|需(?!求)(?:自行|手动|额外|要)|自行|手动|想要|希望|应该|必须|建议|"
    r"升级|换成|改用|选择|可选|或许|可能|"
    r"(?<![预已])安装|pip\b|apt\b|conda\b|requirements|\bif\b|\bneeds?\b|\bwant|\bshould\b|\bmust\b|\brequire|"
    r"(?<!pre)(?<!pre-)\binstall(?:s|ing)?\b|\badd(?:s|ing)?\b|\bupgrade|\binstead\b|\bmay\b|\bmight\b|"
    r"\boptional|\bvariants?\b|变体|\bwhen\b|\bhow to\b|如何|怎么|怎样|[?？]",
    re.IGNORECASE,
)
SENTENCE = pattern(r"[^\n。！？；;!?]+?(?:[。！？；;!?]+|\.(?=\s|\Z)|\n|\Z)|[^\n]+?(?:\n|\Z)")
PARENTHESES = pattern(r"（[^（）\n]*）|\([^()\n]*\)")
ITEM = pattern(r"[ \t]*(?:[-*+•·▪●]|\d+[.)、])[ \t]+")
OPENS_LIST = pattern(r"[:：；;]\s*\Z")
PYTHON = pattern(
    r"(?<![\w-])Python[ ]?(?P<said>(?P<version>3\.\d{1,2})(?:\.\d+)?"
    r"(?P<more>[ ]?(?:\+|及以上|以上|or (?:later|newer|above)))?)"
    r"(?![ ]?[-–—~～/至到][ ]?3?\.?\d|\w)",
    re.IGNORECASE,
)
PACKAGE = pattern(
    r"(?<![\w./=-])(?P<said>pandas|scikit-learn|sklearn|seaborn|TFX|matplotlib|Jupyter(?:[ ]?(?:Notebook|Lab)s?)?)"
    r"(?![\w=/-])(?!\.\w)",
    re.IGNORECASE,
)
SSH = pattern(
    r"(?P<said>(?:可以?通过|支持|可用|提供|内置|集成|预装|自带)[ ]?(?:了[ ]?)?(?:Open)?SSH(?:d\b)?[ ]?"
    r"(?:远程)?(?:登录|连接|访问|终端|服务|支持|守护进程|服务器|接入)"
    r"|(?:supports?|provides?|includes?|allows?|comes with|ships with|built-in|has)[ ](?:an?[ ]|built-in[ ])?"
    r"(?:Open)?SSH(?:d\b)?"
    r"(?:[ ](?:access|login|logins|server|daemon|service|support))?"
    r"|(?:log[ ]?in|login|connect|access(?:ible|ed)?)[ ](?:to it[ ])?(?:via|by|over|through|with|using)[ ]SSH)",
    re.IGNORECASE,
)
GPU = pattern(
    r"(?P<said>支持[ ]?(?:NVIDIA[ ]?)?GPU(?:[ ]?加速)?"
    r"|(?:预装|内置|集成|包含)了?[ ]?(?:GPU|CUDA|cuDNN)[^，。；,;\n]{0,12}"
    r"|(?:supports?|has|includes?|comes with|ships with|provides?)[ ](?:an?[ ]|the[ ]|full[ ]|built-in[ ])?"
    r"(?:NVIDIA[ ])?(?:GPUs?|CUDA|cuDNN)(?:[ ](?:acceleration|support))?"
    r"|GPU-enabled|GPU[ ](?:support|acceleration) is (?:built in|included))",
    re.IGNORECASE,
)
OTHER_GPU_TAG = pattern(r"-gpu\b|GPU[ ]?(?:版|镜像|image|variant|tag)", re.IGNORECASE)
