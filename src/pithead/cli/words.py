"""What `argparse` says by itself, in the words of those who read it."""

import argparse

WORDS = {
    "usage: ": "用法：",
    "positional arguments": "要写的",
    "options": "可以写的",
    "show this help message and exit": "显示这份说明",
    "%(prog)s: error: %(message)s\n": "%(prog)s：%(message)s\n",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s：%(message)s",
    "the following arguments are required: %s": "还没有写：%s",
    "unrecognized arguments: %s": "不认识：%s",
    "ambiguous option: %(option)s could match %(matches)s": "%(option)s 写得不全，可能是 %(matches)s",
    "invalid choice: %(value)r (choose from %(choices)s)": "没有 %(value)r，可以写 %(choices)s",
    "invalid %(type)s value: %(value)r": "%(value)r 不是数字",
    "expected one argument": "后面要写一个值",
    "expected at most one argument": "后面最多写一个值",
    "expected at least one argument": "后面至少写一个值",
    "ignored explicit argument %r": "后面不写值，多了 %r",
    "not allowed with argument %s": "不能和 %s 一起写",
}


def speak_plainly() -> None:
    """Its sentences go through the name `_` of its module, meant for translations, and are looked up there."""
    vars(argparse)["_"] = lambda sentence: WORDS.get(sentence, sentence)
