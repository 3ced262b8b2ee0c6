"""Invented names: a surname by weight and one or two characters that fit the sex and the years of birth."""

from __future__ import annotations

from random import Random

_SURNAMES = (
    ("李王张刘陈", 30),
    ("杨黄周吴徐孙朱马胡", 14),
    ("郭林何高梁罗郑谢宋唐许邓", 9),
    ("韩冯曹彭曾萧田董袁潘于蒋蔡余杜", 6),
    ("叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范", 4),
    ("金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵", 2),
    ("万钱严覃武戴莫孔向汤欧单仇解查区朴易晏柳喻涂瞿阳游甘", 1),
)
"""Characters and the weight of each, common ones first; the rarer ones have the readings that are often mistaken."""

_GIVEN: dict[tuple[str, int], str] = {
    ("male", 1965): "国建德福贵生春和明清华金水木云长庆柏松友义仁礼忠志保根炳桂启先绍祖光荣金海宗汉南正",
    ("male", 1985): "伟军勇强平辉建文斌波涛峰刚杰超鹏兵海林志国华明亮新宏振立永红卫东学良",
    ("male", 2020): "浩宇轩子博俊豪睿晨天佑泽嘉煜昊鑫思远承毅致恒凯文涵景逸霖皓",
    ("female", 1965): "秀英兰桂珍玉梅凤菊香莲翠娥云金连贞淑元冬腊春月爱娇姣伏满银",
    ("female", 1985): "丽红艳霞敏芳娟燕玲静华琴云萍辉群莉平香美小慧春英利菊",
    ("female", 2020): "欣怡雨梓涵诗萱语嫣思可馨佳琪静雅梦婷妍菲若汐瑶依晨彤",
}
"""Characters of given names by sex and the last year of birth in which they were usual."""


class Names:
    """Draws names from its own tables."""

    def __init__(self, random: Random) -> None:
        self._random = random
        pairs = [(character, weight) for characters, weight in _SURNAMES for character in characters]
        self._surnames = [character for character, _ in pairs]
        self._weights = [weight for _, weight in pairs]

    def surname(self) -> str:
        """Return a surname."""
        return self._random.choices(self._surnames, self._weights)[0]

    def full(self, surname: str, sex: str, year: int) -> str:
        """Return the surname with a given name that fits the sex and the year of birth."""
        until = next(last for kind, last in _GIVEN if kind == sex and year <= last)
        characters = _GIVEN[sex, until]
        count = 1 if self._random.random() < 0.16 else 2
        return surname + "".join(self._random.sample(characters, count))
