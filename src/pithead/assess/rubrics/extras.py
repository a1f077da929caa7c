"""What stands outside the full marks: 加分项 and 一票否决."""

import re
from decimal import Decimal
from typing import Any

from pithead.assess.models import VetoEffect
from pithead.assess.rubrics.groups import Group
from pithead.assess.rubrics.items import ItemReader, bare, short_name
from pithead.assess.rubrics.lines import Line, section_of
from pithead.assess.rubrics.marks import NUM, chinese, split_marks
from pithead.assess.rubrics.wording import pieces_of, plain_of
from pithead.kernel.refusal import Reason

_ADD = re.compile(rf"(?:加|奖励?|增加|\+)\s*({NUM})\s*分")
_CAP = re.compile(
    rf"(?:加分)?(?:最多|最高|上限|累计|合计|总计)[^,。;]{{0,6}}?(?:加分?|为|不超过|不得超过)\s*({NUM})\s*分|加分[^,。;]{{0,4}}不(?:得)?超过\s*({NUM})\s*分"
)
_NUMBERING = re.compile(r"^\s*(?:\d{1,2}[.、．)）](?!\d)|[（(]\d{1,2}[)）]|[①-⑳])\s*")
_TRIM = " \t\n。；;，,、：:"
_CAPS_TIER = re.compile(
    r"(档次|等级|等次|评定).{0,8}(降|不得|最高|较差|不合格|末)|降(一|1)?(个)?(档|级|等)|直接(定|评)为|评为不合格|较差|星级"
)
_ZEROES = re.compile(r"(记|为|得|按|计)\s*(0|零)\s*分|不得分|全扣")


class ExtraReader:
    """`bonus_cap` is what the sheet says of it, if it does."""

    def __init__(self, reader: ItemReader, dimensions: list[dict[str, Any]]):
        self.reader, self.dimensions = reader, dimensions
        self.bonus: list[dict[str, Any]] = []
        self.vetoes: list[dict[str, Any]] = []
        self.bonus_cap: Decimal | None = None

    # ── 加分项 ──
    def add_bonus(self, group: Group) -> None:
        for line in group.lines:
            self._look_for_cap(line)
            texts = self._texts(line)
            sentences = self._sentences(texts[-1]) if texts else []
            adding = [sentence for sentence in sentences if _ADD.search(_CAP.sub("", plain_of(sentence)))]
            if not texts:
                continue
            if line.points is None and len(adding) > 1:
                for sentence in adding:
                    self._bonus(line, short_name(sentence)[0], sentence)
                self._name_the_rest(line, [one for one in sentences if one not in adding])
            else:
                text = texts[0] if len(texts) == 1 else f"{texts[0].strip(_TRIM)}：{'；'.join(texts[1:])}"
                self._bonus(line, short_name(texts[0])[0], text)

    def _bonus(self, line: Line, name: str, text: str) -> None:
        found = [chinese(number) for number in _ADD.findall(_CAP.sub("", plain_of(text)))]
        points = line.points if line.points is not None else found[0] if len(set(found)) == 1 else split_marks(text)[1]
        item = self.reader.outside(line, name, text, points)
        if points is None:
            self._note(line, f"“{name}”加多少分没有一个准数，由打分的人按文字填")
        self.bonus.append(item)

    def _look_for_cap(self, line: Line) -> None:
        headings = [line.block.text, *(piece.text for piece in line.levels)]
        for heading in headings:
            if section_of(heading) and (marks := split_marks(heading)[1]) is not None:
                self.bonus_cap = marks
        for text in (*headings, line.wording.text):
            if found := _CAP.search(plain_of(text)):
                self.bonus_cap = chinese(found[1] or found[2])

    def _name_the_rest(self, line: Line, sentences: list[str]) -> None:
        for sentence in sentences:
            if not _CAP.search(plain_of(sentence)):
                self._note(line, f"“{sentence}”没有写加几分，没有导入")

    # ── 一票否决 ──
    def add_veto(self, group: Group) -> None:
        for line in group.lines:
            texts = self._texts(line)
            if not texts:
                continue
            sentences = self._sentences(texts[0])
            consequence = "；".join(text.strip(_TRIM) for text in texts[1:])
            for sentence in sentences:
                self._veto(line, sentence, consequence)

    def _veto(self, line: Line, sentence: str, consequence: str) -> None:
        text = f"{sentence}：{consequence}" if consequence else sentence
        effect, dimension = self._effect(text)
        if effect is None:
            effect = VetoEffect.EXCLUDE
            self._note(line, f"“{sentence[:24]}”没有写明否决后怎样，按“{effect.label}”记")
        name = short_name(sentence if consequence else re.split(r"[，,]", sentence)[0])[0]
        item = self.reader.outside(line, name, text, None)
        self.vetoes.append({**item, "effect": effect.value, "dimension": dimension})

    def _effect(self, text: str) -> tuple[VetoEffect | None, str | None]:
        plain = plain_of(text)
        aimed = next((one["code"] for one in self.dimensions if plain_of(one["name"]) in plain), None)
        if aimed and _ZEROES.search(plain):
            return VetoEffect.ZERO_DIMENSION, aimed
        if _CAPS_TIER.search(plain):
            return VetoEffect.CAP_TIER, None
        return (VetoEffect.EXCLUDE, None) if re.search(r"取消|不得参加|不得评|不能评|资格", plain) else (None, None)

    # ── both ──
    def _texts(self, line: Line) -> list[str]:
        found = [piece.text for piece in line.levels if piece.text and not section_of(piece.text)]
        return list(dict.fromkeys([*found, *filter(None, [line.wording.text])]))

    def _sentences(self, text: str) -> list[str]:
        found = [_NUMBERING.sub("", piece).strip(_TRIM) for piece in pieces_of(text)]
        return [sentence for sentence in found if sentence and bare(sentence)]

    def _note(self, line: Line, message: str) -> None:
        self.reader.notes.append(Reason(message, self.reader.found.where(line.row)))
