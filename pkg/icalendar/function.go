package icalendar

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/function"
	"partnercenter/pkg/foundation/notify"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// FunctionWith declares the capability's HTTP function with the sources of its feeds.
func FunctionWith(sources Sources) function.Declaration {
	return function.Declaration{
		Name: "icalendar",
		Does: "Calendar feeds of parties: expiries and deadlines",
		HTTP: func(api *rest.API, env *function.Env) {
			register(api, env, func(env *function.Env) *Service { return New(env, sources) })
		},
		Grants:   []function.Grant{function.ReadTable, function.WriteTable, function.Query(table.Listed), function.UseKey},
		Settings: []string{function.SettingSite},
		Under:    []string{feedsPath},
	}
}

const (
	feedsPath = "/v2/calendar-feeds"
	feedPath  = "/calendar/"
	fileType  = "text/calendar; charset=utf-8"
)

func everybody() auth.Allow {
	allow := auth.Only(auth.Customer, auth.CalendarManage)
	for _, kind := range []auth.Kind{auth.Distributor, auth.Reseller, auth.Partner} {
		allow = allow.Or(kind, auth.CalendarManage)
	}
	return allow
}

func register(api *rest.API, env *function.Env, open func(*function.Env) *Service) {
	rest.Register(api, rest.Operation{
		ID: "CreateCalendarFeed", Method: http.MethodPost, Path: feedsPath, Status: http.StatusCreated, Allow: everybody(),
		Summary: "Make an address that calendar programs subscribe to; who has it sees the feed, without signing in",
	}, function.Lazily(env, open, (*Service).createFeed))
	rest.Register(api, rest.Operation{
		ID: "ListCalendarFeeds", Method: http.MethodGet, Path: feedsPath, Summary: "List the party's calendar feeds", Allow: everybody(),
	}, function.Lazily(env, open, (*Service).listFeeds))
	rest.Register(api, rest.Operation{
		ID: "DeleteCalendarFeed", Method: http.MethodDelete, Path: feedsPath + "/{feed_id}", Allow: everybody(),
		Summary: "End a calendar feed; its address shows nothing any more",
	}, function.Lazily(env, open, (*Service).deleteFeed))
	rest.Register(api, rest.Operation{
		ID: "ShowCalendar", Method: http.MethodGet, Path: feedPath + "{token}", Page: true,
		Summary: "Show a calendar feed", Allow: auth.Public("the address is signed, shows one feed, and can be ended"),
	}, function.Lazily(env, open, (*Service).show))
}

// FeedBody is a feed on the wire. It is exported for the schema of the operations alone.
type FeedBody struct {
	FeedID    string       `json:"feed_id"`
	Name      string       `json:"name"`
	CreatedAt rest.Instant `json:"created_at"`
	CreatedBy string       `json:"created_by"`
	URL       string       `json:"url,omitempty" doc:"Shown once, when the feed is made; keep it as a secret"`
}

func bodyOf(f Feed) FeedBody {
	return FeedBody{FeedID: f.ID, Name: f.Name, CreatedAt: rest.Instant(f.Created), CreatedBy: f.By}
}

type createFeedInput struct {
	Body struct {
		Name     string `json:"name" minLength:"1" maxLength:"64"`
		Language string `json:"language,omitempty" enum:"zh-CN,en-US" doc:"zh-CN when absent"`
	}
}

type feedOutput struct{ Body FeedBody }

func (s *Service) createFeed(ctx context.Context, in *createFeedInput) (*feedOutput, error) {
	id, again, err := s.create(ctx, Feed{Name: in.Body.Name, Locale: notify.LocaleOf(in.Body.Language)})
	if err != nil {
		return nil, err
	}
	owner := rest.Caller(ctx).Party
	d, err := s.directory(ctx, owner)
	if err != nil {
		return nil, err
	}
	at := d.find(id)
	if at < 0 {
		return nil, ErrMissing
	}
	out := &feedOutput{Body: bodyOf(d.Feeds[at])}
	if !again { // who has the address sees the feed: a repeat is told of none
		out.Body.URL, err = s.address(ctx, owner, d.Feeds[at])
	}
	return out, err
}

type feedsOutput struct {
	Body struct {
		Feeds []FeedBody `json:"calendar_feeds"`
	}
}

func (s *Service) listFeeds(ctx context.Context, _ *struct{}) (*feedsOutput, error) {
	d, err := s.directory(ctx, rest.Caller(ctx).Party)
	if err != nil {
		return nil, err
	}
	out := &feedsOutput{}
	out.Body.Feeds = []FeedBody{}
	for _, f := range d.Feeds {
		out.Body.Feeds = append(out.Body.Feeds, bodyOf(f))
	}
	return out, nil
}

type deleteFeedInput struct {
	FeedID string `path:"feed_id" maxLength:"64"`
}

func (s *Service) deleteFeed(ctx context.Context, in *deleteFeedInput) (*struct{}, error) {
	return nil, s.remove(ctx, in.FeedID)
}

type showInput struct {
	Token string `path:"token"`
	Known string `header:"If-None-Match"`
}

type showOutput struct {
	Status         int
	ContentType    string `header:"Content-Type"`
	CacheControl   string `header:"Cache-Control"`
	ReferrerPolicy string `header:"Referrer-Policy"`
	Sniff          string `header:"X-Content-Type-Options"`
	Robots         string `header:"X-Robots-Tag"`
	ETag           string `header:"ETag"`
	Body           []byte
}

// show answers with a feed, or that it is as the program knows it. Error: ErrMissing.
func (s *Service) show(ctx context.Context, in *showInput) (*showOutput, error) {
	f, p, err := s.open(ctx, in.Token)
	if err != nil {
		return nil, err
	}
	function.Note(ctx, "party", string(p.ID))
	function.Note(ctx, "feed", f.ID)
	entries, err := s.entries(ctx, f, p)
	if err != nil {
		return nil, err
	}
	body := Write(f.Name, entries)
	sum := sha256.Sum256(body)
	out := &showOutput{
		Status: http.StatusOK, ContentType: fileType, CacheControl: "private, max-age=" + strconv.Itoa(int(askAgain.Seconds())), ReferrerPolicy: "no-referrer",
		Sniff: "nosniff", Robots: "noindex", ETag: `"` + hex.EncodeToString(sum[:16]) + `"`, Body: body,
	}
	if knows(in.Known, out.ETag) {
		out.Status, out.Body = http.StatusNotModified, nil
	}
	return out, nil
}

// knows tells whether If-None-Match names a tag. Source: RFC 9110, 13.1.2: weak comparison.
func knows(header, tag string) bool {
	for known := range strings.SplitSeq(header, ",") {
		if known = strings.TrimPrefix(strings.TrimSpace(known), "W/"); known == tag || known == "*" {
			return true
		}
	}
	return false
}
