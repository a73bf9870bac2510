package externallink

import (
	"strings"

	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/weburl"
)

// words are what the page says in one language.
type words struct {
	message              string // with the vendor's name for {vendor}
	advice               string
	inside, idn, plain   string // what is unusual about a destination
	host, address        string // names of facts
	button               string
	refusedTitle, reason string
	reasons              map[weburl.Reason]string
}

func wordsOf(l notify.Locale) *words {
	if l == notify.English {
		return &english
	}
	return &chinese
}

// warning is the sentence that the page is there for. Source: DOMAIN.md 17.
func (s *Service) warning(l notify.Locale) string {
	return strings.ReplaceAll(wordsOf(l).message, "{vendor}", s.Vendor[l])
}

// notes say what is unusual about a destination.
func (w *words) notes(to weburl.Address) []string {
	var notes []string
	for _, n := range []struct {
		unusual bool
		text    string
	}{{to.Inside(), w.inside}, {to.International, w.idn}, {to.Scheme == "http", w.plain}} {
		if n.unusual {
			notes = append(notes, n.text)
		}
	}
	return notes
}

var chinese = words{
	message: "您即将访问非{vendor}网站,请注意账号财产安全", advice: "请核对以下网址。如不确定其是否可信，请关闭本页面。",
	inside: "注意：该地址不属于公共互联网，可能指向您所在网络中的设备。",
	idn:    "注意：该域名含有非英文字符，以 Punycode 编码显示，可能与您熟悉的网站外观相似。",
	plain:  "注意：该网站未使用加密连接。", host: "网站", address: "完整网址", button: "继续访问",
	refusedTitle: "无法打开该链接", reason: "该网址不符合要求：",
	reasons: map[weburl.Reason]string{
		weburl.Missing: "未提供网址", weburl.TooLong: "网址超过 2048 个字节", weburl.Character: "含有控制字符、空白字符、不可见字符或改变文字方向的字符",
		weburl.Backslash: "含有反斜杠", weburl.Relative: "不是完整的网址", weburl.Scheme: "仅支持 http 和 https", weburl.UserInfo: "含有用户名或密码",
		weburl.Host: "主机名无效或有歧义", weburl.Port: "端口无效", weburl.Encoding: "百分号编码无效，或编码了控制字符",
	},
}

var english = words{
	message: "You are about to visit a website that is not {vendor}'s. Mind the safety of your account and property.",
	advice:  "Please check the address below. If you are not sure that you trust it, close this page.",
	inside:  "Note: the address is not on the public Internet. It may lead to a device in your own network.",
	idn:     "Note: the host's name has other than English letters and is shown in Punycode. It may look like the name of a site that you know.",
	plain:   "Note: the connection to this site is not encrypted.", host: "Site", address: "Whole address", button: "Continue",
	refusedTitle: "The link can't be opened", reason: "The address is refused: ",
	reasons: map[weburl.Reason]string{
		weburl.Missing: "there is none", weburl.TooLong: "it has more than 2048 bytes",
		weburl.Character: "it has control, white-space, invisible or direction-changing characters", weburl.Backslash: "it has a backslash",
		weburl.Relative: "it is not a whole address, such as https://example.com/", weburl.Scheme: "it is neither http nor https",
		weburl.UserInfo: "it has a user name or password before the host", weburl.Host: "its host is none, or can be read in more than one way",
		weburl.Port: "its port is none", weburl.Encoding: "it has a percent sign that encodes nothing, or a control character",
	},
}
