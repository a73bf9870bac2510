package digest

import "context"

// Join gives one source of several: their groups follow one another, the first that has something to say gives the subject, and the digest is due
// again when the first of them is.
func Join(sources ...Source) Source {
	return func(ctx context.Context, ask Ask) (Content, error) {
		var all Content
		for _, source := range sources {
			c, err := source(ctx, ask)
			if err != nil {
				return all, err
			}
			all = all.and(c)
		}
		return all, nil
	}
}

func (c Content) and(other Content) Content {
	if len(c.Groups) == 0 {
		c.Subject, c.Intro = other.Subject, other.Intro
	}
	if c.To.Email == "" && c.To.Mobile == "" {
		c.To = other.To
	}
	if c.Text == nil {
		c.Text = other.Text
	}
	if c.Next.IsZero() || !other.Next.IsZero() && other.Next.Before(c.Next) {
		c.Next = other.Next
	}
	c.Groups = append(c.Groups, other.Groups...)
	return c
}
