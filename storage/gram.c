/* The tokenizer. A machine over characters, each of one class after folding: Chinese, word, term,
 * or neither. It keeps nothing between tokens but where it stands, so it needs no memory. */
#include "storage/gram.h"

#include "server/base/utf.h"

#include <pthread.h>
#include <string.h>

/* Traditional characters teachers meet (old textbooks, Hong Kong material, calligraphy) and the
 * simplified ones they type, side by side. Only where one stands for one. */
static const char traditional[] =
    "學学國国語语數数書书課课題题師师員员長长會会時时間间問问門门開开關关們们個个來来對对說说話话"
    "讀读寫写詞词詩诗論论講讲評评試试驗验練练習习識识認认記记設设計计議议訓训談谈誰谁請请謝谢讓让"
    "護护變变圖图畫画歷历經经濟济義义藝艺術术體体樂乐動动運运場场館馆實实業业務务農农電电腦脑網网"
    "線线級级組组織织結结構构約约給给統统維维綱纲綠绿續续終终細细紙纸紅红純纯紀纪紹绍縣县總总編编"
    "績绩縮缩紋纹車车軍军輕轻較较輸输轉转輪轮軟软載载輔辅輯辑風风飛飞飯饭飲饮養养餘余馬马驚惊騎骑"
    "駕驾魚鱼鳥鸟鳴鸣雞鸡鴨鸭鵝鹅龍龙龜龟齊齐齒齿麗丽麥麦黃黄點点黨党東东兩两嚴严喪丧豐丰臨临為为"
    "舉举麼么烏乌喬乔鄉乡買买亂乱爭争虧亏雲云亞亚產产畝亩親亲億亿僅仅從从倉仓儀仪價价眾众優优傳传"
    "傷伤倫伦偽伪側侧偵侦僑侨債债傾倾償偿儲储兒儿蘭兰興兴獸兽內内岡冈冊册決决況况凍冻淨净準准減减"
    "湊凑鳳凤憑凭擊击鑿凿劃划劉刘則则剛刚創创別别劑剂劇剧勸劝辦办勁劲勞劳勢势勳勋勵励區区醫医華华"
    "協协單单賣卖衛卫卻却廠厂廳厅曆历厲厉壓压厭厌廈厦參参雙双發发髮发敘叙葉叶號号嘆叹嚇吓嗎吗聽听"
    "啟启吳吴嗚呜響响啞哑喚唤嘗尝團团園园圍围圓圆聖圣壞坏塊块堅坚壇坛墳坟墜坠壘垒牆墙壯壮聲声殼壳"
    "壺壶處处備备複复夠够頭头夾夹奪夺奮奋獎奖奧奥婦妇媽妈嬌娇孫孙寧宁寶宝審审憲宪宮宫寬宽賓宾尋寻"
    "導导壽寿將将爾尔塵尘盡尽層层屬属島岛峽峡崗岗嶺岭歲岁幣币帥帅帳帐帶带幫帮幹干廣广莊庄慶庆廬庐"
    "庫库應应廟庙廢废異异棄弃張张彌弥彎弯彈弹強强歸归當当錄录彥彦徹彻徑径後后復复憶忆憂忧懷怀態态"
    "憐怜戀恋惡恶悅悦懸悬慣惯慚惭戰战戲戏戶户撲扑執执擴扩掃扫揚扬擾扰撫抚拋抛搶抢擔担據据擁拥擇择"
    "掛挂擋挡揮挥損损換换擺摆搖摇攝摄攤摊撐撑敵敌斂敛齋斋斷断無无舊旧曠旷陽阳晝昼顯显曉晓曬晒暫暂"
    "機机殺杀雜杂權权條条楊杨極极標标棟栋欄栏樹树樣样橋桥檔档檢检樓楼橫横歡欢歐欧殘残畢毕氣气漢汉"
    "湯汤溝沟沒没瀝沥滬沪淚泪潔洁灑洒澤泽漿浆濁浊測测濃浓濤涛湧涌潤润漲涨淵渊漁渔滲渗溫温灣湾濕湿"
    "滿满滯滞濾滤濫滥瀏浏滅灭燈灯靈灵燦灿爐炉爛烂燒烧熱热煙烟煩烦愛爱爺爷牽牵犧牺狀状猶犹獨独獅狮"
    "獄狱獲获獵猎環环現现瑪玛璽玺瓊琼暢畅療疗瘋疯皺皱盞盏鹽盐監监蓋盖盤盘睜睁瞭了矯矫礦矿碼码磚砖"
    "確确礎础禮礼禍祸稱称種种穀谷積积穩稳窮穷竊窃競竞筆笔築筑簡简籃篮籌筹籤签類类糧粮緊紧罰罚羅罗"
    "聯联聰聪職职肅肃腸肠膚肤腫肿脹胀脈脉腳脚膠胶臉脸臘腊艦舰艙舱節节藥药莖茎薦荐榮荣螢萤蒼苍蘇苏"
    "蘋苹範范蓮莲蕭萧薩萨蔣蒋藍蓝蟲虫雖虽蝦虾螞蚂蠟蜡補补襯衬襲袭裝装見见觀观規规視视覽览覺觉觸触"
    "訂订討讨訊讯許许訪访證证詢询該该詳详誠诚誤误調调諒谅諸诸諾诺謀谋謎谜謙谦譜谱譯译貝贝負负財财"
    "責责賢贤敗败貨货質质販贩貧贫購购貫贯貴贵費费貼贴貿贸賀贺資资賊贼賞赏賴赖贈赠贊赞贏赢趙赵趕赶"
    "躍跃踐践蹤踪邊边遼辽達达遷迁過过邁迈還还這这進进遠远違违連连遲迟適适選选遜逊遞递邏逻遺遗鄰邻"
    "鄭郑釋释裡里鑒鉴針针釘钉鈣钙鋼钢鐘钟鑰钥欽钦鉤钩錢钱鑽钻鐵铁鈴铃鉛铅銅铜銀银鋪铺鏈链銷销鎖锁"
    "鋒锋錯错錫锡鍋锅鍵键鏡镜閉闭闖闯閃闪閱阅闊阔闡阐隊队階阶際际陸陆陳陈險险隨随隱隐難难雛雏霧雾"
    "靜静頂顶項项順顺須须顧顾頓顿頒颁預预領领頗颇頻频頸颈顆颗顏颜額额願愿顛颠飄飘飢饥飽饱飾饰餅饼"
    "餓饿駐驻駛驶騙骗驕骄髒脏鬧闹鮮鲜鯨鲸鴻鸿鶴鹤鷹鹰澀涩淺浅滾滚燭烛籠笼糾纠紐纽紡纺絕绝絲丝綜综"
    "綿绵緒绪緣缘縱纵繞绕繪绘繼继纏缠罷罢";

enum { HAN_FIRST = 0x4E00, HAN_LAST = 0x9FFF };
static uint16_t simplified[HAN_LAST - HAN_FIRST + 1];
static pthread_once_t simplified_once = PTHREAD_ONCE_INIT;

static void simplified_fill(void)
{
    struct str s = { traditional, sizeof traditional - 1 };
    while (s.n) {
        uint32_t from, to;
        size_t n = utf_get(s, &from);
        s = (struct str){ s.p + n, s.n - n };
        n = utf_get(s, &to);
        s = (struct str){ s.p + n, s.n - n };
        simplified[from - HAN_FIRST] = (uint16_t)to;
    }
}

uint32_t gram_fold(uint32_t c)
{
    if (c >= HAN_FIRST && c <= HAN_LAST) {
        pthread_once(&simplified_once, simplified_fill);
        return simplified[c - HAN_FIRST] ? simplified[c - HAN_FIRST] : c;
    }
    return utf_fold(c);
}

/* Letters and digits, after folding. */
static bool is_word(uint32_t c)
{
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    return (c >= 0xDF && c <= 0x24F && c != 0xF7) || (c >= 0x250 && c <= 0x2AF) ||
           (c >= 0x370 && c <= 0x52F && c != 0x37E && c != 0x387) || (c >= 0x5D0 && c <= 0x6FF) ||
           (c >= 0xE01 && c <= 0xE5B) || (c >= 0x1E00 && c <= 0x1FFF) ||
           (c >= 0x2160 && c <= 0x2188) || (c >= 0x2460 && c <= 0x249B);
}

struct grams grams_of(struct str text)
{
    return (struct grams){ .text = text };
}

/* The folded character at an offset; 0 at the end. */
static uint32_t rune_at(const struct grams *t, size_t at, size_t *end)
{
    uint32_t c = 0;
    if (at >= t->text.n)
        return *end = at, 0;
    *end = at + utf_get((struct str){ t->text.p + at, t->text.n - at }, &c);
    return gram_fold(c);
}

/* K2: where the next character of a run stands, past at most one line break. */
static size_t over_break(const struct grams *t, size_t at)
{
    const char *p = t->text.p;
    size_t n = t->text.n;
    if (at < n && p[at] == '\r')
        at++;
    if (at < n && p[at] == '\n')
        at++;
    return at;
}

static void take_chinese(struct grams *t, uint32_t c, size_t end, struct gram *out)
{
    size_t second = over_break(t, end), second_end;
    uint32_t d = rune_at(t, second, &second_end);
    size_t n = utf_put(t->made, c);
    out->first_n = n;
    if (d && utf_is_cjk(d)) {
        out->kind = GRAM_PAIR;
        out->end = second_end;
        out->next = second;
        n += utf_put(t->made + n, d);
        t->at = second;
    } else {
        out->kind = GRAM_LAST;
        out->end = out->next = end;
        t->at = end;
    }
    out->n = n;
}

static void take_word(struct grams *t, struct gram *out)
{
    size_t end = t->at;
    for (uint32_t c; (c = rune_at(t, t->at, &end)) != 0 && is_word(c); t->at = end) {
        char utf[4];
        size_t n = utf_put(utf, c);
        if (out->n + n <= GRAM_MAX) {
            memcpy(t->made + out->n, utf, n);
            out->n += n;
        }
    }
    out->kind = GRAM_WORD;
    out->end = out->next = t->at;
}

static void take_term(struct grams *t, struct gram *out)
{
    const char *p = t->text.p;
    size_t end = t->at;
    while (end < t->text.n && p[end] != ' ')
        end++;
    out->n = end - t->at < GRAM_MAX ? end - t->at : GRAM_MAX;
    memcpy(t->made, p + t->at, out->n);
    out->kind = GRAM_TERM;
    t->at = out->end = out->next = end;
}

bool grams_next(struct grams *t, struct gram *out)
{
    size_t end;
    for (uint32_t c; (c = rune_at(t, t->at, &end)) != 0 || t->at < t->text.n; t->at = end) {
        bool chinese = utf_is_cjk(c), term = c == 0x1F;
        if (!chinese && !term && !is_word(c))
            continue;
        *out = (struct gram){ .p = t->made, .start = t->at, .position = t->position++ };
        if (chinese)
            take_chinese(t, c, end, out);
        else if (term)
            take_term(t, out);
        else
            take_word(t, out);
        return true;
    }
    return false;
}

void gram_seen_init(struct gram_seen *seen)
{
    memset(seen, 0, sizeof *seen);
}

bool gram_first(struct gram_seen *seen, const struct gram *k)
{
    uint32_t c;
    if (k->kind != GRAM_PAIR)
        return false;
    utf_get((struct str){ k->p, k->first_n }, &c);
    if (c > 0xFFFF)
        return true;
    uint64_t bit = (uint64_t)1 << (c & 63);
    bool first = (seen->bits[c >> 6] & bit) == 0;
    seen->bits[c >> 6] |= bit;
    return first;
}

void text_clean(struct buf *out, struct str s)
{
    while (s.n) {
        uint32_t c;
        size_t n = utf_get(s, &c);
        if (c == '\n')
            buf_char(out, '\n');
        else if (c < 0x20 || (c >= 0x7F && c < 0xA0))
            buf_char(out, ' ');
        else
            buf_utf8(out, c);
        s = (struct str){ s.p + n, s.n - n };
    }
}
