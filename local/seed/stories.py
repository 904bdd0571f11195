"""The stories, one for every state that a refund can stand in. Each is told on its own scene."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from local.seed import photo
from local.seed.goods import (
    CABLE,
    CUPS,
    EARPHONES,
    ENGRAVED,
    JACKET,
    KETTLE,
    KEYBOARD,
    LAMP,
    LARGE_KETTLE,
    MOONCAKES,
    SOCKS,
    TEA,
)
from local.seed.orders import Basket
from local.seed.scene import Scene, fen, units
from local.seed.shop import CLOTHES, DIGITAL, PLATFORM_SHOP, TEAHOUSE


class Story(NamedTuple):
    """`ends` is where the case comes to stand: its status, and the state of its newest refund if that matters."""

    key: str
    zh: str
    en: str
    ends: tuple[str, str | None]
    tell: Callable[[Scene], None]


def in_review(scene: Scene) -> None:
    scene.bought("buyer-1", TEAHOUSE, Basket([(TEA, 2), (CUPS, 1)], off=(5000, 50000), freight=1200, points=3000))
    scene.asks("not_wanted", "买多了，想退一罐茶叶。", units(1, 1))


def countered(scene: Scene) -> None:
    scene.bought("buyer-2", TEAHOUSE, Basket([(CUPS, 2)], freight=1000))
    scene.asks("not_as_described", "The glaze is greyer than in the picture.", units(1))
    scene.does(TEAHOUSE, "decision", decision="counter", amount=fen(9000), reason="色差属正常范围，可补偿 90 元。")


def counter_accepted(scene: Scene) -> None:
    scene.bought("buyer-2", TEAHOUSE, Basket([(CUPS, 1)], freight=1000, gift_card=5000))
    scene.asks("damaged_in_transit", "One cup of six came chipped.", units(1))
    scene.does(TEAHOUSE, "decision", decision="counter", amount=fen(2150), reason="一只杯子的价格。")
    scene.does("buyer-2", "answer", answer="accept", note="Fair enough.")


def rejected(scene: Scene) -> None:
    scene.bought("buyer-1", TEAHOUSE, Basket([(TEA, 1)], coupon=2000))
    scene.asks("quality_defect", "茶叶有潮味。", units(1))
    scene.does(TEAHOUSE, "decision", decision="reject", reason="已拆封饮用过半，且未提供照片。")


def in_dispute(scene: Scene) -> None:
    scene.bought("buyer-1", TEAHOUSE, Basket([(KETTLE, 1)], freight=1200))
    scene.asks("quality_defect", "水壶漏水，无法使用。", units(1))
    scene.shows("buyer-1", photo.png(), photo.TYPE, "壶底漏水照片")
    scene.does(TEAHOUSE, "decision", decision="reject", reason="出厂检测合格。")
    scene.does("buyer-1", "escalate", note="请平台介入。")


def ruled(scene: Scene) -> None:
    scene.bought("buyer-2", TEAHOUSE, Basket([(KETTLE, 1)]))
    scene.asks("not_as_described", "Sold as 1.5 L, holds 1.2 L.", units(1))
    scene.does(TEAHOUSE, "decision", decision="reject", reason="页面已标明 1.2 L。")
    scene.does("buyer-2", "escalate", note="The advertisement said 1.5 L.")
    _heard(scene, "buyer-2", TEAHOUSE)
    ruling = {"amount": fen(8000), "liability": "merchant", "goods": "stay"}
    scene.does("agent-1", "ruling", ruling="approve", reason="广告与页面不一致，部分支持。", **ruling)
    scene.does("buyer-2", "done")
    scene.does(TEAHOUSE, "done", note="接受裁决。")


_SAID = ("The page said one thing, the parcel another.", "商品与页面描述一致，详见页面截图。")


def _heard(scene: Scene, buyer: str, shop: str, said: tuple[str, str] = _SAID) -> None:
    """Both sides say what they have to say, and that it is all: nobody waits for the deadline. A carrier that is heard
    too answers by itself, and then an agent is awaited."""
    for user, text in zip((buyer, shop), said, strict=True):
        scene.does(user, "statements", text=text)
    _done(scene, buyer, shop)
    scene.awaits("ruling")


def _done(scene: Scene, *parties: str) -> None:
    """They have nothing to add, or to object to."""
    for user in parties:
        scene.does(user, "done")


def counterfeit(scene: Scene) -> None:
    """假冒伪劣: looked at by who can tell, and confirmed: the refund, and three times the price as a voucher."""
    scene.bought("buyer-1", TEAHOUSE, Basket([(EARPHONES, 1)]))
    scene.asks("counterfeit", "怀疑是假货，序列号查不到。", units(1))
    scene.does("agent-1", "inquiry", finding="confirmed", reason="品牌方鉴定为假冒商品。")


def unsafe(scene: Scene) -> None:
    """安全隐患: an agent is awaited at once."""
    scene.bought("buyer-2", TEAHOUSE, Basket([(KETTLE, 1)]))
    scene.asks("unsafe", "The handle came off with boiling water inside.", units(1))


def recalled(scene: Scene) -> None:
    """安全隐患: confirmed; the sale is stopped, and who else has bought the lamp is told."""
    scene.also_bought("buyer-2", TEAHOUSE, Basket([(LAMP, 1)]))
    scene.bought("buyer-1", TEAHOUSE, Basket([(LAMP, 1)]))
    scene.asks("unsafe", "台灯底座漏电，手碰有麻感。", units(1))
    scene.does("agent-1", "inquiry", finding="confirmed", reason="检测确认底座漏电。", batch="2026-09")


def unsafe_food(scene: Scene) -> None:
    """食品 退一赔十: confirmed; ten times the price is less than what the law gives at least, so that is given."""
    scene.also_bought("buyer-2", TEAHOUSE, Basket([(MOONCAKES, 1)]))
    scene.bought("buyer-1", TEAHOUSE, Basket([(MOONCAKES, 1)]))
    scene.asks("unsafe", "月饼未过保质期，已经发霉。", units(1))
    scene.does("agent-1", "inquiry", finding="confirmed", reason="抽检确认霉菌超标。", batch="2026-10")


def appealed(scene: Scene) -> None:
    """平台介入: the shop appeals, the buyer shows one more picture, and a supervisor will rule for good."""
    scene.bought("buyer-1", TEAHOUSE, Basket([(KETTLE, 1)]))
    scene.asks("quality_defect", "壶盖无法扣紧，烧水时蒸汽外泄。", units(1))
    scene.does(TEAHOUSE, "decision", decision="reject", reason="属正常现象。")
    scene.does("buyer-1", "escalate", note="请平台判断。")
    _heard(scene, "buyer-1", TEAHOUSE)
    scene.does("agent-1", "ruling", ruling="approve", reason="视频显示密封不良，支持买家。", liability="merchant")
    scene.does(TEAHOUSE, "appeal", reason="我们有出厂密封检测报告。")
    scene.shows("buyer-1", photo.png(), photo.TYPE, "蒸汽外泄照片")


def shared(scene: Scene) -> None:
    """责任分担: badly packed, badly carried, and told late: each bears a part, the buyer's own is not paid."""
    scene.bought("buyer-2", TEAHOUSE, Basket([(CUPS, 1)], freight=1000), delivery="shipped")
    scene.leaves("picked_up", "damaged", "signed", seen="signed")
    scene.asks("damaged_in_transit", "All six cups are broken.", units(1))
    scene.shows("buyer-2", photo.png(), photo.TYPE, "the cups in their box")
    scene.does(TEAHOUSE, "decision", decision="reject", reason="包装符合标准，应由承运商负责。")
    scene.does("buyer-2", "escalate", note="There was no padding at all.")
    _heard(scene, "buyer-2", TEAHOUSE, ("They lay loose in the box.", "出库前已装入专用礼盒。"))
    reason = "包装无缓冲，运输中受压；买家签收时未验货。"
    shares = {"carrier": 500, "merchant": 400, "buyer": 100}
    scene.does("agent-1", "ruling", ruling="approve", reason=reason, liability="both", shares=shares)
    scene.does("buyer-2", "done", note="Fair enough.")
    scene.does(TEAHOUSE, "done", note="接受裁决。")


def closed(scene: Scene) -> None:
    scene.bought("buyer-2", TEAHOUSE, Basket([(LAMP, 1)]))
    scene.asks("price_dropped", "It was cheaper the day after.", units(1, amount=3000))
    scene.does(TEAHOUSE, "decision", decision="reject", reason="不参与价保。")
    scene.does("buyer-2", "escalate")
    _heard(scene, "buyer-2", TEAHOUSE)
    scene.does("agent-1", "ruling", ruling="close", reason="该商品页面注明不参与价保。")
    scene.does("buyer-2", "done", note="Understood.")
    scene.does(TEAHOUSE, "done")


def withdrawn(scene: Scene) -> None:
    scene.bought("buyer-1", TEAHOUSE, Basket([(JACKET, 1)], coupon=3000))
    scene.asks("ordered_by_mistake", "尺码拍错了。", units(1))
    scene.does("buyer-1", "withdraw", note="家人正好能穿，不退了。")


def automatic(scene: Scene) -> None:
    scene.bought("buyer-2", DIGITAL, Basket([(CABLE, 1), (KEYBOARD, 1)], freight=800))
    scene.asks("not_wanted", "I have one already.", units(1))


def reviewed(scene: Scene) -> None:
    """Three payments, each refunded to where it came from; the shop's own system approves by webhook."""
    basket = Basket([(EARPHONES, 1), (CABLE, 2)], off=(4000, 40000), freight=1000, points=5000, gift_card=10000)
    scene.bought("buyer-1", DIGITAL, basket)
    scene.asks("not_wanted", "降噪效果不适应。", units(1))


def instant(scene: Scene) -> None:
    scene.bought("buyer-1", DIGITAL, Basket([(KEYBOARD, 1)], freight=1000), delivery="unshipped")
    scene.asks("ordered_by_mistake", "还没发货，先退了。", units(1))


def self_operated(scene: Scene) -> None:
    scene.bought("buyer-2", PLATFORM_SHOP, Basket([(JACKET, 1), (SOCKS, 2)], freight=1200))
    scene.asks("late_delivery", "Came a week after the trip it was for.", units(1))


def revised(scene: Scene) -> None:
    scene.bought("buyer-2", TEAHOUSE, Basket([(TEA, 3)]))
    scene.asks("wrong_item", "Two of the three tins are another tea.", units(1, 3))
    scene.does(TEAHOUSE, "decision", decision="reject", reason="三罐中有一罐是正确的。")
    scene.does("buyer-2", "revise", lines=[units(1, 2)], description="Then for the two wrong ones.")


def deadline_moved(scene: Scene) -> None:
    scene.bought("buyer-1", TEAHOUSE, Basket([(CUPS, 1), (TEA, 1)], freight=1200))
    scene.asks("missing_item", "少了一套茶杯。", units(1))
    scene.shows("buyer-1", photo.png(), photo.TYPE, "开箱照片")
    scene.moves("operator-1", "decision", datetime.now(UTC) + timedelta(days=5), "节假日顺延 / holiday")


def unknown(scene: Scene) -> None:
    """The provider paid, and neither answers nor tells: only asking helps, and it does not answer that either."""
    scene.bought("buyer-2", DIGITAL, Basket([(EARPHONES, 1)]))
    scene.payment_will("wallet", outcome="timeout", notices="silent")
    scene.payment_will("wallet", outcome="timeout", call="find")
    scene.asks("not_wanted", "Too heavy for me.", units(1))


def with_the_bank(scene: Scene) -> None:
    scene.bought("buyer-1", DIGITAL, Basket([(KEYBOARD, 1)]))
    scene.payment_will("wallet", outcome="accept", seconds=None)
    scene.asks("not_wanted", "键程不习惯。", units(1))


def parked(scene: Scene) -> None:
    scene.bought("buyer-1", DIGITAL, Basket([(CABLE, 1)]))
    scene.payment_will("wallet", outcome="decline", reason="account_closed")
    scene.asks("not_wanted", "接口不合适。", units(1))


def reversed_(scene: Scene) -> None:
    scene.bought("buyer-2", DIGITAL, Basket([(CABLE, 1)]))
    scene.payment_will("wallet", outcome="reverse", seconds=2.0, reason="account_closed")
    scene.asks("not_wanted", "Wrong length.", units(1))


def excluded_but_faulty(scene: Scene) -> None:
    """Made to order: no change of mind, but a fault is a fault."""
    scene.bought("buyer-1", TEAHOUSE, Basket([(ENGRAVED, 1)]), delivery="shipped")
    scene.asks("lost_in_transit", "物流三天没有更新。", units(1))


def intercepted(scene: Scene) -> None:
    """拦截: the carrier stops the parcel; the money waits until the goods are back."""
    scene.bought("buyer-1", TEAHOUSE, Basket([(KETTLE, 1)], freight=1200), delivery="shipped")
    scene.leaves("picked_up", "in_transit", seen="in_transit")
    scene.asks("not_wanted", "还没收到，不想要了，请拦截。", units(1))


def refused_at_the_door(scene: Scene) -> None:
    """拒收: the goods went back, so nothing has to be sent back."""
    scene.bought("buyer-2", TEAHOUSE, Basket([(LAMP, 1)], freight=1200), delivery="shipped")
    scene.leaves(
        "picked_up", "out_for_delivery", "refused", "returning", "returned_to_sender", seen="returned_to_sender"
    )
    scene.asks("not_as_described", "The box was open, so I did not take it.", units(1))


def signature_disputed(scene: Scene) -> None:
    """签收争议: the carrier has a proof, of somebody else's signature; a person decides."""
    scene.bought("buyer-1", TEAHOUSE, Basket([(TEA, 2)], freight=1200), delivery="shipped")
    scene.leaves("picked_up", "out_for_delivery", "signed_by_proxy", seen="signed")
    scene.asks("delivery_disputed", "显示已签收，但我没有收到，家里没人。", units(1))


def lost(scene: Scene) -> None:
    """丢失: the carrier says so itself."""
    scene.bought("buyer-2", TEAHOUSE, Basket([(CUPS, 1)], freight=1200), delivery="shipped")
    scene.leaves("picked_up", "in_transit", "lost", seen="lost")
    scene.asks("lost_in_transit", "Tracking says that it is lost.", units(1))


def shipped_back(scene: Scene) -> None:
    """七天无理由: sent after the buyer asked for more time 延长; on its way back, the shop is awaited."""
    scene.bought("buyer-1", TEAHOUSE, Basket([(JACKET, 1)], freight=1200))
    scene.returns("not_wanted", "穿着不合身，七天无理由退货。", units(1))
    scene.does(TEAHOUSE, "decision", decision="approve")
    scene.does("buyer-1", "extension", reason="出差中，周五回来寄。")
    scene.does("buyer-1", "shipment", carrier="shunfeng", waybill_no="SF1408765432109")


def returned(scene: Scene) -> None:
    """Inspected; one cup came used, so the buyer is offered less and takes it."""
    scene.bought("buyer-2", TEAHOUSE, Basket([(CUPS, 2)], freight=1000))
    scene.returns("not_wanted", "Too small for us.", units(1))
    scene.does(TEAHOUSE, "decision", decision="approve")
    scene.does("buyer-2", "shipment", carrier="yuantong", waybill_no="YT8812345678901")
    scene.does(TEAHOUSE, "receipt", received=True)
    line = {"line_id": "1", "grade": "worn", "findings": [{"note": "一只杯子有茶渍。"}]}
    reason = "有使用痕迹，扣除 20 元。"
    less = scene.case()["amount"]["amount"] - 2000
    scene.does(TEAHOUSE, "inspection", outcome="reduced", lines=[line], amount=fen(less), reason=reason)
    scene.does("buyer-2", "answer", answer="accept", note="Fair enough.")


def kept(scene: Scene) -> None:
    """仅退款不退货: the shop would rather pay than have them back, so the buyer keeps the goods."""
    scene.bought("buyer-1", TEAHOUSE, Basket([(SOCKS, 1)], freight=800))
    scene.returns("not_as_described", "颜色与页面不符。", units(1))
    scene.does(TEAHOUSE, "decision", decision="approve", keep_item=True, reason="寄回的运费不划算，袜子请留下。")


def insured(scene: Scene) -> None:
    """运费险: a change of mind, whose way back is the buyer's own to pay; the insurance does it."""
    scene.bought("buyer-2", TEAHOUSE, Basket([(LAMP, 1)], freight=1200, insured=1000))
    scene.returns("not_wanted", "It does not go with the desk.", units(1))
    scene.does(TEAHOUSE, "decision", decision="approve")
    scene.does("buyer-2", "shipment", carrier="yuantong", waybill_no="YT8812345678003")
    scene.does(TEAHOUSE, "receipt", received=True)
    scene.does(TEAHOUSE, "inspection", outcome="passed")


def exchanged(scene: Scene) -> None:
    """换货: the size that fits is on its way."""
    scene.bought("buyer-1", TEAHOUSE, Basket([(JACKET, 1)], freight=1200))
    larger = {"line_id": "1", "sku": "JAC-W-L", "specification": "女款 L / women's L"}
    scene.asks("not_wanted", "M 码偏小，想换 L 码。", units(1), remedy="exchange", wanted=[larger])
    price = {"line_id": "1", "unit_price": fen(JACKET.price), "title": JACKET.title}
    scene.does(TEAHOUSE, "decision", decision="approve", prices=[price])
    scene.does("buyer-1", "shipment", carrier="sf", waybill_no="SF1408765440001")
    scene.does(TEAHOUSE, "receipt", received=True)
    scene.does(TEAHOUSE, "inspection", outcome="passed")
    scene.awaits("replacement")
    scene.does(TEAHOUSE, "replacement", carrier="sf", waybill_no="SF1408765440002")


def _dearer(scene: Scene, description: str, waybill_no: str) -> None:
    """换货补差价: the larger one is wanted, the old one is back, and the buyer is asked for the difference."""
    wanted = {"line_id": "1", "sku": LARGE_KETTLE.sku, "specification": LARGE_KETTLE.specification}
    scene.asks("not_wanted", description, units(1), remedy="exchange", wanted=[wanted])
    price = {"line_id": "1", "unit_price": fen(LARGE_KETTLE.price), "title": LARGE_KETTLE.title}
    scene.does(TEAHOUSE, "decision", decision="approve", prices=[price])
    scene.does(scene.buyer, "shipment", carrier="sf", waybill_no=waybill_no)
    scene.does(TEAHOUSE, "receipt", received=True)
    scene.does(TEAHOUSE, "inspection", outcome="passed")


def difference_asked(scene: Scene) -> None:
    scene.bought("buyer-2", TEAHOUSE, Basket([(KETTLE, 1)], freight=1200))
    _dearer(scene, "Too small for the office, the 1.7 L one please.", "SF1408765440003")


def difference_paid(scene: Scene) -> None:
    """The buyer has paid it, and the larger one is on its way."""
    scene.bought("buyer-1", TEAHOUSE, Basket([(KETTLE, 1)], freight=1200))
    _dearer(scene, "1.2 升太小，想换 1.7 升，补差价。", "SF1408765440004")
    scene.awaits("difference")
    scene.pays_difference(LARGE_KETTLE.price - KETTLE.price)
    scene.awaits("replacement")
    scene.does(TEAHOUSE, "replacement", carrier="sf", waybill_no="SF1408765440005")


def sent_again(scene: Scene) -> None:
    """补发: a set came one short, and another is sent."""
    scene.bought("buyer-2", TEAHOUSE, Basket([(CUPS, 2)], freight=1000))
    scene.asks("missing_item", "One of the two boxes was not in the parcel.", units(1, 1), remedy="reship")
    scene.does(TEAHOUSE, "decision", decision="approve")
    scene.awaits("replacement")
    scene.does(TEAHOUSE, "replacement", carrier="yto", waybill_no="YT8812345678002")


_ENGINEER = {"engineer_id": "eng-07", "name": "李伟 Li Wei"}


def _tomorrow() -> dict[str, Any]:
    """A visit of two hours."""
    starts_at = datetime.now(UTC) + timedelta(days=1)
    ends_at = starts_at + timedelta(hours=2)
    return {"starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat(), "engineer": _ENGINEER}


def repaired_on_site(scene: Scene) -> None:
    """售后维修 上门: an engineer has been there, and the buyer is asked whether it works."""
    scene.bought("buyer-1", TEAHOUSE, Basket([(KETTLE, 1)]))
    scene.asks("quality_defect", "水壶不加热，请上门维修。", units(1), remedy="repair", service="on_site")
    scene.does(TEAHOUSE, "decision", decision="approve")
    scene.does(TEAHOUSE, "appointment", **_tomorrow())
    part = {"part_no": "HEAT-12", "name": "加热盘 heating plate", "quantity": 1, "unit_cost": fen(2600)}
    labour = {"minutes": 40, "cost": fen(5000)}
    findings = [{"note": "加热盘烧断，已更换。"}]
    scene.does(TEAHOUSE, "repair", result="repaired", parts=[part], labour=labour, findings=findings)


def sent_in(scene: Scene) -> None:
    """寄修: repaired in the workshop, and on its way back."""
    scene.bought("buyer-2", TEAHOUSE, Basket([(LAMP, 1)]))
    scene.asks("quality_defect", "It flickers.", units(1), remedy="repair", service="send_in")
    scene.does(TEAHOUSE, "decision", decision="approve")
    scene.does("buyer-2", "shipment", carrier="sf", waybill_no="SF1408765430001")
    scene.does(TEAHOUSE, "receipt", received=True)
    findings = [{"note": "接触不良，已重新焊接。"}]
    scene.does(TEAHOUSE, "repair", result="repaired", engineer=_ENGINEER, labour={"minutes": 25}, findings=findings)
    scene.does(TEAHOUSE, "dispatch", carrier="sf", waybill_no="SF1408765430002")


def beyond_repair(scene: Scene) -> None:
    """Beyond repair under warranty: the shop keeps it, and the buyer chooses the money."""
    scene.bought("buyer-2", TEAHOUSE, Basket([(KEYBOARD, 1)]))
    scene.asks("quality_defect", "Half of the keys are dead.", units(1), remedy="repair", service="send_in")
    scene.does(TEAHOUSE, "decision", decision="approve")
    scene.does("buyer-2", "shipment", carrier="sf", waybill_no="SF1408765430003")
    scene.does(TEAHOUSE, "receipt", received=True)
    findings = [{"note": "主板进水腐蚀，无法修复。"}]
    scene.does(TEAHOUSE, "repair", result="not_repairable", engineer=_ENGINEER, findings=findings)
    scene.does("buyer-2", "choice", choice="refund", note="I have bought another one.")


def exchanged_instead(scene: Scene) -> None:
    """维修转换货: beyond repair under warranty, and the buyer has chosen the same one anew, which is on its way."""
    scene.bought("buyer-1", TEAHOUSE, Basket([(KETTLE, 1)], freight=1200))
    scene.asks("quality_defect", "水壶底座接触不良，时好时坏。", units(1), remedy="repair", service="send_in")
    scene.does(TEAHOUSE, "decision", decision="approve")
    scene.does("buyer-1", "shipment", carrier="sf", waybill_no="SF1408765430005")
    scene.does(TEAHOUSE, "receipt", received=True)
    findings = [{"note": "底座线圈烧毁，无法修复。"}]
    scene.does(TEAHOUSE, "repair", result="not_repairable", engineer=_ENGINEER, findings=findings)
    scene.does("buyer-1", "choice", choice="exchange", note="请换一个新的。")
    scene.awaits("replacement")
    scene.does(TEAHOUSE, "replacement", carrier="sf", waybill_no="SF1408765430006")


def advanced(scene: Scene) -> None:
    """商品质量 · 先行赔付: the photo is looked at, the platform pays at once, the shop's deposit pays it back."""
    scene.bought("buyer-1", CLOTHES, Basket([(SOCKS, 2)], freight=800))
    scene.asks("quality_defect", "两双袜子都脱线了。", units(1))
    scene.shows("buyer-1", photo.png(), photo.TYPE, "脱线处照片")


def broken_on_its_way(scene: Scene) -> None:
    """物流破损 · 举证: the carrier's own scan and both sides' photos; the platform claims it of the carrier."""
    scene.bought("buyer-2", TEAHOUSE, Basket([(CUPS, 1)], freight=1000), delivery="shipped")
    scene.leaves("picked_up", "damaged", "signed", seen="signed")
    scene.asks("damaged_in_transit", "Three of the six cups are broken.", units(1))
    scene.shows("buyer-2", photo.png(), photo.TYPE, "the broken cups")
    scene.shows(TEAHOUSE, photo.png(), photo.TYPE, "发货前的包装照片")
    scene.does(TEAHOUSE, "decision", decision="approve")


def courier_booked(scene: Scene) -> None:
    """上门取件: the courier comes tomorrow."""
    scene.bought("buyer-1", TEAHOUSE, Basket([(LAMP, 1)], freight=1200))
    scene.returns("not_wanted", "台灯偏暗，预约上门取件。", units(1))
    scene.does(TEAHOUSE, "decision", decision="approve")
    scene.courier()


def courier_fetched(scene: Scene) -> None:
    """The courier has the goods, and the shop is awaited."""
    scene.bought("buyer-2", TEAHOUSE, Basket([(SOCKS, 3)]))
    scene.returns("not_wanted", "Please fetch them, I am at home all day.", units(1))
    scene.does(TEAHOUSE, "decision", decision="approve")
    waybill_no = scene.courier()
    for code in ("picked_up", "in_transit"):
        scene.scanned(waybill_no, code)


def courier_for_two(scene: Scene) -> None:
    """一次取件，多个售后单: the courier who comes for one takes another order's goods along."""
    scene.bought("buyer-1", TEAHOUSE, Basket([(JACKET, 1)], freight=1200))
    scene.returns("not_wanted", "冲锋衣偏大，上门取件。", units(1))
    other = scene.beside()
    other.bought("buyer-1", TEAHOUSE, Basket([(CUPS, 1)], freight=1000))
    other.returns("not_wanted", "茶杯与冲锋衣一起取走。", units(1))
    for one in (scene, other):
        one.does(TEAHOUSE, "decision", decision="approve")
    scene.scanned(scene.courier(also=[other.case_id]), "picked_up")


def courier_in_vain(scene: Scene) -> None:
    """Nobody was at home: another visit was booked by itself."""
    scene.bought("buyer-2", TEAHOUSE, Basket([(JACKET, 1)], freight=1200))
    scene.returns("not_wanted", "Too warm. A courier, please.", units(1))
    scene.does(TEAHOUSE, "decision", decision="approve")
    scene.courier_fails(scene.courier(), "nobody_home")


def courier_called_off(scene: Scene) -> None:
    """The buyer called the courier off, and ships himself."""
    scene.bought("buyer-1", TEAHOUSE, Basket([(CUPS, 1)], freight=1000))
    scene.returns("not_wanted", "杯子颜色不合适。", units(1))
    scene.does(TEAHOUSE, "decision", decision="approve")
    scene.courier(days=2)
    scene.does("buyer-1", "pickup/cancel")


def instant_return(scene: Scene) -> None:
    """极速退款: paid when the carrier had the parcel; the shop is still awaited."""
    scene.bought("buyer-1", TEAHOUSE, Basket([(KETTLE, 1)], freight=1200))
    scene.returns("not_wanted", "七天无理由，已交快递。", units(1))
    scene.does(TEAHOUSE, "decision", decision="approve")
    scene.hands_over()


def clawed_back(scene: Scene) -> None:
    """极速退款追回: paid on the word of the waybill, but a brick came back; ruled on, and the buyer owes it."""
    scene.bought("buyer-3", TEAHOUSE, Basket([(KETTLE, 1)], freight=1200))
    scene.returns("not_wanted", "七天无理由，已交快递。", units(1))
    scene.does(TEAHOUSE, "decision", decision="approve")
    scene.hands_over()
    scene.is_paid()
    scene.does(TEAHOUSE, "receipt", received=True)
    line = {"line_id": "1", "received": 0, "findings": [{"note": "盒内是一块砖头。"}]}
    scene.does(TEAHOUSE, "inspection", outcome="failed", lines=[line], reason="盒内是一块砖头，没有水壶。")
    scene.does("buyer-3", "escalate", note="我寄的是水壶。")
    _heard(scene, "buyer-3", TEAHOUSE, ("我亲手把水壶装进盒子。", "开箱全程录像，揽收重量与砖头一致。"))
    scene.does("agent-1", "ruling", ruling="close", reason="录像与揽收重量一致，不支持买家。")
    _done(scene, "buyer-3", TEAHOUSE)


def freight_only(scene: Scene) -> None:
    """仅退运费: it came late, the goods are kept, and what was paid for carrying them is given back."""
    scene.bought("buyer-2", TEAHOUSE, Basket([(TEA, 1)], freight=1200), days_late=3)
    scene.asks("late_delivery", "Express was paid for, and it came three days late.", freight=True)


def price_protected(scene: Scene) -> None:
    """价保: the catalogue's price fell the day after."""
    scene.bought("buyer-2", TEAHOUSE, Basket([(TEA, 2)], freight=1200))
    scene.costs(TEAHOUSE, TEA.sku, TEA.price - 3000)
    scene.asks("price_dropped", "It is cheaper today.", units(1), remedy="price_protection")


def compensated(scene: Scene) -> None:
    """赔付: two days later than promised, computed by the policy."""
    scene.bought("buyer-1", PLATFORM_SHOP, Basket([(SOCKS, 2)], freight=1200), days_late=2)
    scene.asks("late_delivery", "比承诺晚到两天。", remedy="compensation")


STORIES = (
    Story("review", "等商家审核", "waits for the merchant", ("in_review", None), in_review),
    Story(
        "lost", "定制商品丢件，等商家审核", "made to order, lost on its way", ("in_review", None), excluded_but_faulty
    ),
    Story(
        "agent", "自营，等平台客服审核", "sold by the platform, waits for an agent", ("in_review", None), self_operated
    ),
    Story("moved", "审核期限已顺延，有凭证", "deadline moved, with evidence", ("in_review", None), deadline_moved),
    Story("revised", "被拒后修改，再等审核", "refused, asked differently", ("in_review", None), revised),
    Story("countered", "商家提出协商方案", "counter-offer, waits for the buyer", ("countered", None), countered),
    Story("rejected", "商家已拒绝", "refused by the merchant", ("rejected", None), rejected),
    Story(
        "counterfeit",
        "假冒伪劣，退一赔三",
        "a fake, paid thrice more",
        ("completed", "settled"),
        counterfeit,
    ),
    Story("unsafe", "安全隐患，平台核查中", "dangerous, being looked at", ("in_review", None), unsafe),
    Story("recalled", "安全隐患，已停售并通知买家", "dangerous, buyers told", ("completed", "settled"), recalled),
    Story("mouldy", "食品不安全，退一赔十", "unsafe food, ten times the price", ("completed", "settled"), unsafe_food),
    Story("appeal", "平台介入，裁决后申诉", "ruled on, and appealed against", ("in_dispute", None), appealed),
    Story("dispute", "平台介入中，有凭证", "with the platform, with evidence", ("in_dispute", None), in_dispute),
    Story("unknown", "退款结果待确认", "nobody knows whether it was paid", ("remedying", "unknown"), unknown),
    Story("bank", "银行已受理", "accepted by the bank", ("remedying", "submitted"), with_the_bank),
    Story("parked", "退款失败，转人工", "refund failed, a person is asked", ("remedying", "failed"), parked),
    Story("reversed", "到账后被冲正，转人工", "paid, and it came back", ("remedying", "reversed"), reversed_),
    Story("returning", "七天无理由，退货途中", "no longer wanted, on its way back", ("in_transit", None), shipped_back),
    Story("courier", "上门取件，等快递员", "pickup at the door, booked", ("awaiting_goods", None), courier_booked),
    Story("fetched", "上门取件，已取走", "pickup at the door, fetched", ("in_transit", None), courier_fetched),
    Story("fetched-both", "一次取件，两个售后单", "one courier, two cases", ("in_transit", None), courier_for_two),
    Story("in-vain", "上门取件，改约一次", "nobody at home, booked again", ("awaiting_goods", None), courier_in_vain),
    Story("called-off", "取消上门取件，自行寄回", "courier called off", ("awaiting_goods", None), courier_called_off),
    Story("returned", "退货验货，部分退款", "returned, inspected, paid in part", ("completed", "settled"), returned),
    Story("kept", "商家同意，不退货退款", "paid, and the buyer keeps it", ("completed", "settled"), kept),
    Story("insured", "运费险，退货运费已赔", "return freight paid by insurance", ("completed", "settled"), insured),
    Story("exchanged", "换货，新货已寄出", "exchange, the new one on its way", ("remedying", None), exchanged),
    Story("difference", "换货，等买家补差价", "dearer exchange, to be paid for", ("remedying", None), difference_asked),
    Story("dearer", "换货，已补差价，新货寄出", "dearer exchange, paid for", ("remedying", None), difference_paid),
    Story("sent-again", "少件补发，已寄出", "one was missing, sent again", ("remedying", None), sent_again),
    Story("visited", "上门维修，等买家验收", "repaired at the door", ("repairing", None), repaired_on_site),
    Story("sent_in", "寄修完成，寄回途中", "repaired, on its way back", ("repairing", None), sent_in),
    Story("beyond_repair", "无法修复，已退款", "beyond repair, paid", ("completed", "settled"), beyond_repair),
    Story("instead", "无法修复，换新寄出", "beyond repair, exchanged", ("remedying", None), exchanged_instead),
    Story("intercepted", "在途拦截，退回途中", "stopped on its way, coming back", ("in_transit", None), intercepted),
    Story("refused", "拒收退回，已退款", "refused at the door, paid", ("completed", "settled"), refused_at_the_door),
    Story(
        "disputed_signature",
        "签收争议，有签收证明",
        "signed for but not received",
        ("in_review", None),
        signature_disputed,
    ),
    Story("lost_parcel", "包裹丢失，已退款", "lost by the carrier, paid", ("completed", "settled"), lost),
    Story("automatic", "小额自动退款", "small, approved at once", ("completed", "settled"), automatic),
    Story(
        "reviewed",
        "商家系统同意，三笔原路退回",
        "approved by webhook, three payments",
        ("completed", "settled"),
        reviewed,
    ),
    Story("instant", "极速退款", "instant refund, nothing had shipped", ("completed", "settled"), instant),
    Story(
        "hastened", "极速退款，退货途中已到账", "paid while on its way back", ("in_transit", "settled"), instant_return
    ),
    Story("clawed-back", "极速退款追回，寄回的是砖头", "paid at once, clawed back", ("closed", "settled"), clawed_back),
    Story("freight", "仅退运费", "freight alone, came late", ("completed", "settled"), freight_only),
    Story(
        "protected", "价保，已退差价", "the price fell, the difference paid", ("completed", "settled"), price_protected
    ),
    Story("compensated", "配送延误，已赔付", "came late, a voucher credited", ("completed", "settled"), compensated),
    Story("advance", "商品质量，平台先行赔付", "bad goods, paid in advance", ("completed", "settled"), advanced),
    Story(
        "damaged",
        "物流破损，向承运商索赔",
        "broken on its way, claimed of the carrier",
        ("completed", "settled"),
        broken_on_its_way,
    ),
    Story("accepted", "接受协商方案", "counter-offer accepted", ("completed", "settled"), counter_accepted),
    Story("ruled", "平台裁决部分支持", "ruled: part of it", ("completed", "settled"), ruled),
    Story("shared", "平台裁决，责任分担", "ruled: three share it", ("completed", "settled"), shared),
    Story("withdrawn", "买家已撤销", "withdrawn by the buyer", ("withdrawn", None), withdrawn),
    Story("closed", "平台裁决不支持", "ruled against, closed", ("closed", None), closed),
)
