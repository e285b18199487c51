"""The words of demonstration data. Companies and people are made up."""

from __future__ import annotations

from typing import Final

PLACES: Final = (
    *(("上海", "上海", "浦东新区"), ("北京", "北京", "海淀区"), ("广东", "深圳", "南山区")),
    *(("广东", "广州", "天河区"), ("浙江", "杭州", "滨江区"), ("江苏", "苏州", "工业园区")),
    *(("江苏", "南京", "江宁区"), ("四川", "成都", "高新区"), ("湖北", "武汉", "洪山区")),
    *(("陕西", "西安", "雁塔区"), ("山东", "青岛", "崂山区"), ("福建", "厦门", "思明区")),
    *(("重庆", "重庆", "渝北区"), ("天津", "天津", "滨海新区"), ("湖南", "长沙", "岳麓区")),
    *(("安徽", "合肥", "蜀山区"), ("辽宁", "大连", "沙河口区"), ("浙江", "宁波", "鄞州区")),
)
STREETS: Final = [
    "人民路",
    "解放路",
    "中山路",
    "科技路",
    "创新大道",
    "长江路",
    "和平路",
    "建设路",
    "滨河路",
    "世纪大道",
]
FOREIGN: Final = (
    *(
        ("SG", "Singapore", "Singapore"),
        ("US", "California", "San Jose"),
        ("US", "Texas", "Austin"),
    ),
    *(
        ("DE", "Bavaria", "Munich"),
        ("GB", "England", "Manchester"),
        ("AU", "Victoria", "Melbourne"),
    ),
    *(
        ("JP", "Kanagawa", "Yokohama"),
        ("NL", "North Holland", "Amsterdam"),
        ("MY", "Selangor", "Klang"),
    ),
)
ROADS: Final = [
    "Harbour Road",
    "Station Street",
    "Mill Lane",
    "Innovation Drive",
    "Park Avenue",
    "Quay Street",
]
FIRST_CHARACTERS: Final = "华远恒星明创智云瑞德信诚盛泰安宏博嘉锦凯联鼎天海金永正新弘启"
SECOND_CHARACTERS: Final = "达通科源图睿维捷丰泽润和光宇辰邦胜佳逸川航翔禾森峰岳景润道"
TRADES: Final = {
    "technology": ("科技", "信息技术", "智能科技"),
    "software": ("软件", "网络科技", "数据"),
    "manufacturing": ("精密机械", "装备制造", "电子"),
    "automotive": ("汽车部件", "新能源汽车", "车联网"),
    "medical": ("医疗器械", "生物医药", "健康"),
    "finance": ("融资租赁", "金融服务", "供应链金融"),
    "logistics": ("物流", "供应链", "冷链物流"),
    "retail": ("商贸", "百货", "连锁商业"),
    "energy": ("新能源", "电力", "环保"),
    "education": ("教育科技", "文化传播", "在线教育"),
    "construction": ("建筑工程", "建材", "设计院"),
    "telecommunications": ("通信", "通讯设备", "光电"),
}
FORMS: Final = ("有限公司", "股份有限公司", "集团有限公司", "有限责任公司")
BRANDS: Final = [
    "Alder",
    "Beacon",
    "Cobalt",
    "Delta",
    "Ember",
    "Falcon",
    "Granite",
    "Harbor",
    "Iris",
    "Juniper",
    "Keystone",
    "Lumen",
    "Maple",
    "Nimbus",
    "Orchid",
    "Pioneer",
    "Quartz",
    "Ridge",
    "Summit",
    "Timber",
    "Union",
    "Vertex",
    "Willow",
    "Zephyr",
    "Amber",
    "Bright",
    "Cedar",
    "Dover",
    "Echo",
    "Fjord",
    "Grove",
    "Haven",
    "Ivory",
    "Jasper",
    "Kestrel",
    "Laurel",
    "Meridian",
    "North",
    "Opal",
    "Prairie",
]
NOUNS: Final = {
    "technology": ("Technologies", "Labs", "Instruments"),
    "software": ("Software", "Systems", "Digital"),
    "manufacturing": ("Industries", "Manufacturing", "Works"),
    "automotive": ("Motors", "Mobility", "Automotive"),
    "medical": ("Medical", "Biosciences", "Health"),
    "finance": ("Capital", "Financial", "Partners"),
    "logistics": ("Logistics", "Freight", "Shipping"),
    "retail": ("Retail", "Stores", "Trading"),
    "energy": ("Energy", "Power", "Renewables"),
    "education": ("Learning", "Academy", "Education"),
    "construction": ("Construction", "Builders", "Engineering"),
    "telecommunications": ("Telecom", "Networks", "Communications"),
}
ENGLISH_FORMS: Final = ("Ltd", "Inc", "GmbH", "Pte Ltd", "Group", "LLC")
SURNAMES: Final = "王李张刘陈杨黄赵周吴徐孙马胡朱郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余"
GIVEN: Final = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉红梅建国文斌婷雪琳浩宇轩晨欣怡佳"
FIRST_NAMES: Final = [
    "James",
    "Mary",
    "Robert",
    "Linda",
    "Michael",
    "Susan",
    "David",
    "Karen",
    "Daniel",
    "Nancy",
    "Paul",
    "Laura",
    "Mark",
    "Emily",
    "Steven",
    "Anna",
    "Kevin",
    "Grace",
    "Brian",
    "Sofia",
    "Thomas",
    "Olivia",
    "Peter",
    "Chloe",
    "Martin",
    "Julia",
    "Simon",
    "Clara",
    "Victor",
    "Nina",
]
LAST_NAMES: Final = [
    "Smith",
    "Walker",
    "Bennett",
    "Carter",
    "Hughes",
    "Foster",
    "Morgan",
    "Reed",
    "Cooper",
    "Ward",
    "Fischer",
    "Weber",
    "Tanaka",
    "Sato",
    "Kim",
    "Nguyen",
    "Lindberg",
    "Jansen",
    "Rossi",
    "Moreau",
    "Novak",
    "Costa",
    "Silva",
    "Murphy",
    "Kelly",
    "Fraser",
    "Grant",
    "Holm",
    "Berg",
    "Wolf",
]
TITLES: Final = ("总经理", "采购经理", "信息总监", "运营总监", "技术负责人", "财务经理", "生产主管")
ENGLISH_TITLES: Final = [
    "Managing Director",
    "Head of Procurement",
    "CIO",
    "Operations Director",
    "IT Manager",
    "Finance Manager",
]
# name, English name, category, unit, price in yuan
PRODUCTS: Final = (
    ("企业协同平台", "Workplace Suite", "软件", "套/年", 128_000),
    ("数据分析平台", "Insight Analytics", "软件", "套/年", 86_000),
    ("智能客服系统", "Service Assistant", "软件", "坐席/年", 36_000),
    ("工业物联网网关", "Edge Gateway X200", "硬件", "台", 4_800),
    ("视频会议终端", "Meeting Room Kit", "硬件", "套", 18_800),
    ("仓储管理系统", "Warehouse Control", "软件", "套", 240_000),
    ("网络安全防护", "Secure Perimeter", "服务", "年", 95_000),
    ("云主机托管", "Managed Cloud", "服务", "年", 60_000),
    ("实施与培训", "Rollout and Training", "服务", "人天", 2_600),
    ("定制开发", "Custom Development", "服务", "人天", 3_200),
)
REASONS: Final = (
    *(
        "价格高于竞争对手",
        "预算被取消",
        "选择了竞争对手",
        "项目延期到明年",
        "决策人离职",
        "需求不匹配",
    ),
)
ENGLISH_REASONS: Final = ("Price", "Budget cancelled", "Chose a competitor", "No decision")
NEXT_STEPS: Final = ("安排产品演示", "发送报价", "确认技术方案", "约见决策人", "跟进合同条款")
ENGLISH_NEXT_STEPS: Final = ("Book a demo", "Send the offer", "Agree on scope", "Meet the CIO")
# kind, subject, body
TALKS: Final = (
    ("call", "电话沟通需求", "客户希望年底前上线，重点关注与现有系统的对接。"),
    ("call", "回访使用情况", "系统运行稳定，希望增加两个部门的账号。"),
    ("meeting", "产品演示", "演示了报表和权限功能，客户信息部门反馈很好，要求提供案例。"),
    ("visit", "上门拜访", "参观了生产车间，了解目前的流程痛点，主要在数据重复录入。"),
    ("email", "发送方案", "已发送技术方案和报价，请客户在周五前反馈。"),
    ("note", "竞争情况", "对方同时在看另一家供应商，价格低约 8%，但不支持本地部署。"),
    ("note", "内部讨论", "建议先签一期，二期再谈折扣。"),
)
ENGLISH_TALKS: Final = (
    ("call", "Discovery call", "They want to go live this quarter; integration matters most."),
    ("meeting", "Product demo", "Showed reports and access rights. They asked for references."),
    ("visit", "Site visit", "Walked through the plant; double entry of data is the main pain."),
    ("email", "Sent the proposal", "Proposal and price sent, feedback expected by Friday."),
    ("note", "Competition", "A cheaper rival is in play, but cannot run on premises."),
)
TODOS: Final = (
    *("准备报价单", "电话跟进", "预约产品演示", "发送合同草稿", "确认付款安排", "收集需求清单"),
    *("拜访客户", "整理会议纪要", "提交立项申请"),
)
ENGLISH_TODOS: Final = (
    "Prepare the offer",
    "Follow up by phone",
    "Book the demo",
    "Send contract draft",
)
MENTIONS: Final = (
    "@[{name}](user:{id}) 客户想了解实施周期，请帮忙确认一下。",
    "@[{name}](user:{id}) 这个项目折扣需要您审批。",
)
ENGLISH_MENTIONS: Final = (
    "@[{name}](user:{id}) the customer asks how long the roll-out takes. Can you confirm?",
    "@[{name}](user:{id}) this discount needs your approval.",
    "@[{name}](user:{id}) can you join the call on Thursday?",
)
