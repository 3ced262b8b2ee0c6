"""Characters of names: those written in two ways (traditional, simplified, old), and those that clerks take for one another."""

from __future__ import annotations

_PAIRS = """
偉伟 華华 國国 東东 蘭兰 鳳凤 龍龙 麗丽 陳陈 張张 劉刘 楊杨 趙赵 黃黄 吳吴 孫孙 馬马 許许 鄧邓 馮冯 蕭萧 肖萧 羅罗 鄭郑 謝谢 韓韩 葉叶 蘇苏 呂吕 蔣蒋 賈贾 譚谭 鄒邹 陸陆 顧顾 龔龚
嚴严 湯汤 錢钱 萬万 賀贺 賴赖 齊齐 閻阎 闫阎 餘余 餘馀 傅付 強强 軍军 傑杰 紅红 蓮莲 雲云 榮荣 貴贵 長长 興兴 慶庆 義义 樹树 愛爱 鳴鸣 寶宝 堅坚 銀银 鐵铁 鋼钢 鋒锋 銘铭 鑫鑫 珍珎 瓊琼 瑩莹
環环 潔洁 潤润 澤泽 濤涛 濱滨 遠远 運运 達达 過过 進进 連连 選选 遷迁 輝辉 煒炜 燦灿 煥焕 燈灯 勝胜 勳勋 勲勋 務务 勞劳 動动 學学 賢贤 質质 賓宾 贊赞 賽赛 頌颂 順顺 領领 顯显 風风 飛飞 鵬鹏 鴻鸿 鶴鹤
鶯莺 麥麦 嬌娇 娛娱 嫻娴 孌娈 寧宁 實实 寬宽 審审 將将 專专 對对 導导 屆届 嶺岭 嶽岳 峯峰 崗岗 巖岩 幹干 廣广 開开 關关 陽阳 陰阴 階阶 際际 雙双 靜静 韻韵 頤颐 願愿 類类 馨馨 駿骏 驥骥 驗验
維维 綱纲 緒绪 綿绵 紹绍 紀纪 約约 純纯 紋纹 細细 終终 結结 絢绚 經经 綠绿 練练 績绩 織织 繼继 續续 纓缨 纖纤 聖圣 聯联 聰聪 職职 肅肃 蔭荫 薦荐 藝艺 藍蓝 蘊蕴 處处 虛虚 虹虹 蟬蝉
裏里 裡里 裕裕 觀观 覺觉 詠咏 詩诗 誠诚 話话 語语 調调 論论 諾诺 謙谦 講讲 譽誉 識识 譯译 護护 讓让 財财 買买 費费 資资 賦赋 車车 軒轩 載载 輪轮 轉转 農农 鄉乡 鄰邻 針针 錦锦 鍾钟 鐘钟 鎮镇
門门 閏闰 閔闵 問问 間间 閣阁 闊阔 隊队 隨随 險险 雋隽 雞鸡 離离 難难 電电 靈灵 頂顶 頓顿 預预 顏颜 颖穎 頭头 飲饮 養养 館馆 鮮鲜 鴛鸳 鴦鸯 黨党 齡龄 龐庞 亞亚 產产 儀仪 億亿 優优 倫伦 個个
偵侦 備备 傳传 傷伤 僅仅 僑侨 償偿 儉俭 兒儿 內内 兩两 凱凯 創创 劍剑 劇剧 勵励 區区 協协 卻却 參参 員员 啟启 啓启 單单 嘯啸 囑嘱 圖图 園园 團团 堯尧 報报 場场 塵尘 墳坟 壯壮 壽寿 夢梦 奧奥 奮奋
婦妇 婭娅 媽妈 嬋婵 嬪嫔 帥帅 師师 帶带 幣币 庫库 廈厦 廖廖 張张 彈弹 彥彦 後后 徑径 從从 復复 徵征 德徳 恆恒 悅悦 惠恵 慧慧 憲宪 應应 戀恋 戰战 戶户 拋抛 揚扬 換换 損损 摯挚 擇择 擔担 據据 敵敌 數数
斌斌 斬斩 時时 晉晋 晝昼 曉晓 曄晔 曉暁 書书 會会 朧胧 來来 極极 楓枫 樂乐 樓楼 樞枢 標标 樣样 橋桥 機机 檢检 櫻樱 權权 歡欢 歲岁 歷历 歸归 殘残 殷殷 氣气 決决 沖冲 況况 洩泄 涼凉 淚泪 淵渊 淺浅
淩凌 減减 渾浑 湧涌 溝沟 溫温 滄沧 滅灭 滿满 漢汉 漣涟 潛潜 瀾澜 瀟潇 灝灏 灣湾 無无 煉炼 煙烟 熱热 營营 爐炉 爭争 爾尔 牽牵 獎奖 獨独 獅狮 獻献 現现 瑋玮 瑤瑶 瑣琐 璽玺 甦苏 畫画 異异 當当 療疗
發发 盜盗 盡尽 監监 盤盘 盧卢 碩硕 確确 礪砺 禎祯 禮礼 禪禅 種种 稱称 穌稣 積积 穩稳 窮穷 競竞 筆笔 節节 範范 築筑 簡简 簫箫 籃篮 籌筹 粵粤 糧粮 紗纱 紐纽 級级 線线 緣缘 總总 縣县 縱纵 羣群 習习 翹翘
"""

_TO_ONE = {ord(pair[0]): pair[1] for pair in _PAIRS.split() if pair[0] != pair[1]}


def one_form(name: str) -> str:
    """Return the name with every character in the form that stands for all its variants."""
    return name.translate(_TO_ONE)


_TAKEN_FOR_ONE_ANOTHER = """
伟玮炜纬为 芳方芬 丽莉利俐 娟鹃 军君均钧 华花桦 明鸣铭名 平萍苹 建健剑 志治智 燕艳 英瑛颖 玲铃琳林霖灵凌 红洪鸿宏虹 梅枚玫 兰岚 秀绣 云芸 珍贞真
清青卿 辉晖灰 成诚城程 佳嘉家 生升胜圣 福富 祥翔详 永勇咏 金锦 贵桂 才财 义意艺毅 仁人 波博 峰锋丰枫 涛桃 杰洁 雪学 凤风 莲连廉 琴勤芹 香湘 淑叔书
惠慧会 文雯 振镇震 新欣馨鑫 晓小筱 东冬 飞菲 娥鹅 芝枝之 全泉权 荣容蓉 仙先 月悦越 玉钰育 元圆源园 阳杨洋 良亮 陈程 黄王 刘柳 吴伍 徐许 章张 肖萧 江姜
何贺 余于俞 魏卫 付傅 谢解 曾增 彭鹏 龙隆 向项 朱诸 候侯 己已巳 未末 土士 日曰 晴睛 冶治 今令 戊戌戍 天夫 干千于 大太 木本 王玉 申甲 芬芳 徽微 晖辉 昊吴
"""

_GROUPS_OF: dict[str, set[int]] = {}
for _number, _group in enumerate(_TAKEN_FOR_ONE_ANOTHER.split()):
    for _sign in _group:
        _GROUPS_OF.setdefault(_sign, set()).add(_number)


def taken_for_one_another(one: str, other: str) -> bool:
    """Return whether two names of one length differ in one character only, and in one that sounds or looks alike."""
    differing = [pair for pair in zip(one, other, strict=False) if pair[0] != pair[1]]
    if len(one) != len(other) or len(differing) != 1:
        return False
    left, right = differing[0]
    return bool(_GROUPS_OF.get(left, set()) & _GROUPS_OF.get(right, set()))
