"""What the shops sell. Prices in fen."""

from __future__ import annotations

from typing import Any, NamedTuple

FOOD = "食品 food"


class Goods(NamedTuple):
    """A thing on sale; `flags` are what a policy may exclude."""

    sku: str
    title: str
    specification: str
    category: str
    price: int
    flags: tuple[str, ...] = ()

    def line(self, line_id: str, quantity: int = 1) -> dict[str, Any]:
        """A line of an order."""
        return {
            "line_id": line_id,
            "sku": self.sku,
            "title": self.title,
            "specification": self.specification,
            "category": self.category,
            "unit_price": self.price,
            "quantity": quantity,
            "flags": list(self.flags),
        }


TEA = Goods("TEA-LJ-250", "西湖龙井 明前特级 / Longjing green tea, first pick", "250 g 罐装 tin", FOOD, 26800)
MOONCAKES = Goods("MOO-GS-8", "广式月饼 八枚装 / Cantonese mooncakes, box of eight", "莲蓉 lotus seed", FOOD, 6800)
CUPS = Goods("CUP-JDZ-6", "景德镇白瓷茶杯 / Jingdezhen porcelain cups", "六只装 set of six", "家居 home", 12900)
KETTLE = Goods("KET-SS-12", "不锈钢电热水壶 / Steel electric kettle", "1.2 L", "小家电 appliances", 15900)
LARGE_KETTLE = Goods("KET-SS-17", KETTLE.title, "1.7 L", KETTLE.category, 19900)
EARPHONES = Goods("EAR-BT-5", "降噪蓝牙耳机 / Noise-cancelling earphones", "黑色 black", "数码 electronics", 49900)
CABLE = Goods("CAB-C-1", "编织充电线 / Braided charging cable", "USB-C 1 m", "数码 electronics", 1590)
KEYBOARD = Goods(
    "KEY-87", "机械键盘 87 键 / Mechanical keyboard, 87 keys", "红轴 red switches", "数码 electronics", 36900
)
JACKET = Goods("JAC-W-M", "户外冲锋衣 / Hooded rain jacket", "女款 M / women's M", "服饰 clothing", 59900)
SOCKS = Goods("SOC-5", "纯棉袜 五双装 / Cotton socks, five pairs", "均码 one size", "服饰 clothing", 3990)
ENGRAVED = Goods(
    "PEN-ENG",
    "刻字钢笔 / Engraved fountain pen",
    "刻字：前程似锦 engraved",
    "文具 stationery",
    19900,
    ("made_to_order",),
)
LAMP = Goods("LAM-D", "护眼台灯 / Desk lamp", "三档调光 three levels", "家居 home", 13900)
