/**
 * Characters and short words that give a Chinese word weight, by what they are about. A word that holds one of them is
 * never taken for harmless because a dictionary has it; it may still be too frequent in ordinary language to act on.
 * Written for lists of sensitive words in general: too many here cost a false alarm, too few let a word go.
 */
const GRAVE: Readonly<Record<string, string>> = {
  sex: '性 淫 奸 嫖 妓 娼 色 情 欲 裸 乳 胸 臀 肛 穴 屄 肏 屌 屎 屁 尿 操 插 射 精 骚 荡 艳 媚 嫩 舔 咪 妞 婊 睾 茎 胯 勃 撸 阴 胎 孕 吻 摸 爽 床 春 姐 妹 妇 妻 姬 激 诱 虐 奴 妖 脱 露 偷 窥 肉 棒 洞 爱 奶 肌 唇 臂 腿 脚 足 熟 处女 处男 初夜 破处 女优 女郎 美女 成人 黄片 黄网 黄色 三级 私处 包养 包夜 援交 援助交际 走光 一夜 夜总会 夜店 全套 上门 卖身 口交 滥交 群交 交配 交欢 交媾 基佬 人兽 自慰 高潮 避孕 伟哥 壮阳 阳痿 阳萎 早泄 罩杯 后庭 双飞 调教 写真 内衣 内裤 丝袜 制服 乱 巨 女体 少女 幼 萝莉 寡 妾 小三 发廊 舞男 陪 求欢 欢场 梦遗 弄姿 月经 阳具 人体 无码 有码 封面 耽美 男公关 夺 蜜 伦理 交友 健慰 破瓜 喘 晚娘 皮条 推车 电车 缚 捏 猛男 销魂 神婆 龙阳 苞 男根 站街 摩女 推油 神油 打泡 包皮 吹喇叭',
  weapons: '枪 弹 炸 爆 炮 弩 弓 刀 剑 匕 棍 箭 铐 狙 雷 杀 砍 斩 尸 死 亡 毒 血 暴 恐 凶 刺 殴 绑 劫 匪 盗 抢 火药 械 猎 军 警 武 战 核 击 仇 虏 俘 刑 囚 拷 屠 灭 毁 焚 烧 燃 防身 扳机 钢珠 消声 消音 左轮 口径 双管 双筒 单管 膛 瞄准 间谍 卧底 特工 刃 火棒 人皮 犯罪 纠察 打手 肩章 大盖帽 侦听 侦探 机密 秘密',
  drugs: '药 麻醉 大麻 麻古 麻果 麻黄 鸦片 吗啡 海洛 可卡 摇头 冰毒 冰火 白粉 粉 酮 胺 氰 硝 铊 砷 汞 砒 醚 酯 醇 酸 氯 磷 氟 溴 碘 苯 甲基 戊基 乙 丙 丁 酚 醛 烷 碱 钾 钠 铅 镉 铬 钡 铀 钚 硫 氨 呋喃 哌嗪 霉 毒 芥子 氮芥 塔崩 迷 蛊 幻 醉 晕 昏 罂 瘾 吸 嗑 注射 催 安眠 激素 剂 丸 针 菌 苍蝇水 麦角 枸橼 可刹米 可待因 安妥 哌 肾 器官 眼角膜',
  gambling: '赌 博 彩 投注 下注 庄家 牌九 六合 马会 赔率 筹码 老虎机 押宝 百家 轮盘 梭哈 赢 抽奖 抽头 中奖 摇奖 出千 骰 乐透 锄大地',
  fraud: '假 伪 黑 窃 骗 仿 监听 监控 跟踪 定位 破解 外挂 私服 私家 私人 洗钱 代考 替考 代开 代办 代孕 代写 办证 刻章 弊 答案 泄 改号 群发 走私 赃 贩 贿 赂 贪 高利 贷 债 传销 直销 刷 拐 卖 售 币 钞 水货 解码 屏蔽 干扰 黑客 木马 攻击 轰炸 拦截 密码 学历 文凭 毕业证 学位证 等级证 挂靠 翻墙 透视 套牌 复制器 调校 万能 网赚 顶罪 蚁力神 撬 骇客 讨说法 渎职 执法 悔过 借腹',
  state: '党 独 反 共 主席 书记 总理 总统 政 权 民主 自由 民运 革命 动乱 镇压 游行 示威 罢 抗 起义 颠覆 专制 腐 上访 维权 信访 天安门 法轮 法论 轮功 大法 真善忍 明慧 邪 教 圣战 东突 达赖 喇嘛 藏 疆 台 民族 种族 歧视 纳粹 领导 中央 国家 中国 中华 国民 人民 主义 异议 异见 宪 联邦 红卫 文革 毛 六四 学潮 运动 事件 封锁 审查 言论 新闻 媒体 真相 内幕 官 县长 市长 省长 部长 局长 公安 城管 拆迁 征地 维稳 群众 群体 冲突 静坐 请愿 联署 倒台 下台 政变 内讧 太子 帝 皇 统一 分裂 分离 自治 公投 占领 议 选举 国旗 国歌 大陆 两岸 流亡 叛 判 狱 牢 劳教 迫害 屈 冤 穆斯林 基督 耶稣 弥赛亚 汉奸 走狗 鬼 倭 支那 洗脑 魔 巫 咒 禁 河殇 黄祸 新语丝 半旗 粮荒 动态网 潜规则 人事 档案局 轮子 退团 国安 国难 红顶 天国 河蟹 万言 切腹 特供 大赦 特赦 新义安 桃花 末世 赤化 演变',
  abuse: '狗 猪 驴 傻 贱 蠢 滚 妈 爹 爸 爷 祖宗 逼 畜 孬 废 垃圾 白痴 弱智 脑残 变态 混蛋 王八 龟 鸡 鸟 蛋 呆 笨 丑 贼 烂 臭 骂 粪 痰 吐 干 日 靠 草 艹 泥马 卧槽 你 他 她 它 渣 智障 煞笔 大便',
  death: '死 葬 坟 墓 自尽 自缢 割腕 跳楼 轻生 癌 艾滋 疫 瘟 疮 湿疣 梅毒 白癫',
};

/**
 * What phrases of forbidden trade and of politics are made of: each is anybody's word alone, two of them together are
 * what such lists mean ("办理护照", "学生领袖").
 */
const PHRASES =
  '办理 供应 提供 令狐 代理 代购 修改 取得 领取 获奖 专业 生成 复制 定制 制作 购买 收购 批发 出手 身份证 户口本 护照 驾照 证件 证书 证明 名单 名录 清单 公文 票据 资格 本科 大专 专科 考试 考生 成绩 发票 银行卡 信用卡 肝脏 面具 车牌 牌照 冰糖 肿瘤 短信 信息 讯息 数据 账号 帐号 资料 监测 探测 卫星 接收 通话 负面 炒作 推手 删除 清除 清理 隐私 信用 老板 车主 业主 业务 股市 股民 财税 代账 赚钱 挣钱 幸运 大奖 奖励 礼品 送礼 疯狂 公主 鸭子 女人 女王 女神 男元 男人 美丽 公子 特殊 同志 真人 兼职 公关 俱乐部 技师 保健 按摩 图片 视频 电影 全集 种子 论坛 校花 校长 院长 村长 厅长 后宫 互相 舒服 粗大 风流 征服 消魂 组织 领袖 当局 高层 学生 农民 阶级 两会 奥运 火炬 圣火 北京 香港 蒙古 上海 央视 地震 捐款 瘫痪 危机 瘟 风波 沦陷 围攻 抵制 拒绝 强制 隐瞒 入侵 侮辱 无耻 软弱 煽动 斗争 集会 集体 联名 举报 公仆 穷人 公务员 周恩来 真理 宇宙 圆满 闪电 神韵 预言 预测 揭晓 回归 对华 广播 刊物 特务 兵力 部署 基地 突破 无辜 致命 震惊 沉默 离婚 援助 饲养 养殖';

/**
 * Words of trade and daily life that the dictionary is too old for, or that hold a grave character and are harmless all
 * the same.
 */
const EVERYDAY =
  '微信 微博 支付宝 淘宝 天猫 京东 拼多多 美团 抖音 快手 小红书 网购 团购 秒杀 拼单 砍价 包邮 快递 顺丰 网约车 滴滴 共享单车 二维码 扫码 验证码 红包 优惠券 客服 差评 好评 追评 预售 售后 售前 售票 零售 代购 代驾 代办 清仓 批发 直播 主播 网红 充电宝 平板 笔记本电脑 智能手机 蓝牙耳机 路由器 宽带 流量 套餐 月嫂 保姆 家政 开锁 疏通 狗粮 猫粮 猫砂 宠物 奶粉 奶瓶 纸尿裤 婴儿车 面膜 口红 粉底 香水 护肤品 沐浴露 洗发水 牙膏 毛巾 毛衣 牛奶 酸奶 奶茶 鸡蛋 鸡肉 牛肉 猪肉 烤肉 烤鸭 火锅 烧烤 外卖 点餐 菜刀 剪刀 面粉 冰糖 白酒 红酒 啤酒 药店 药房 感冒药 体检 挂号 疫苗 身份证 护照 驾照 居住证 房产证 户口本 银行卡 信用卡 金卡 会员卡 公积金 社保 医保 硬币 纸币 零钱 皇冠 健身 按摩 足疗 桑拿 温泉 游泳池 酒吧 网吧 影院 烟花 高铁 动车 地铁 航班 登机牌 民宿 青旅 标间 大床房 双床房 单人床 双人床 电动车 新能源汽车 加油站 停车费 学区房 二手房 物业费 彩电 洗衣机 刷卡 刷脸 打折 军训 警示 消毒柜';

/** Of the grave ones those that leave no doubt. */
const UNMISTAKABLE = '淫 奸 嫖 妓 娼 屄 肏 屌 操 肛 穴 裸 骚 婊 睾 逼 口暴 口射 性药 摇头 轮功 法论 毒 枪 炸弹 赌 海洛 冰毒';

const setOf = (texts: readonly string[]): ReadonlySet<string> => new Set(texts.flatMap((text) => text.split(' ')));
const grave = setOf(Object.values(GRAVE));
const unmistakable = setOf([UNMISTAKABLE]);
const phrases = setOf([PHRASES]);
const everyday = setOf([EVERYDAY]);
const LONGEST = 4;

const holdsOneOf = (word: string, parts: ReadonlySet<string>): boolean => {
  for (let from = 0; from < word.length; from++) for (let size = 1; size <= LONGEST; size++) if (parts.has(word.slice(from, from + size))) return true;
  return false;
};

/** Whether a Chinese word holds something that a list of sensitive words may be right about. */
export const isGrave = (word: string): boolean => holdsOneOf(word, grave);
/** Whether it holds what no ordinary word does. */
export const isUnmistakable = (word: string): boolean => holdsOneOf(word, unmistakable);
/** Whether two words in one may be what such lists mean, though neither is grave. */
export const isTelling = (compound: string): boolean => holdsOneOf(compound, phrases);
/** Whether it is a word of daily life, whatever it holds. */
export const isEveryday = (word: string): boolean => everyday.has(word);
