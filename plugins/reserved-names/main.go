// Refuses sign-ups under names that are reserved, and under names that look like them.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"
)

// Names of staff and of machines that nobody is to be taken for. The setting `names` adds to them.
const reserved = `abuse admin administrator billing contact help helpdesk hostmaster info moderator noreply operator owner
postmaster root security staff superuser support sysadmin system webmaster`

// What looks like a letter, and what two letters together look like. Small letters only; i, l and 1 all become l.
var lookalikes = strings.NewReplacer(
	"0", "o", "1", "l", "3", "e", "4", "a", "5", "s", "7", "t", "8", "b", "9", "g",
	"@", "a", "$", "s", "!", "l", "|", "l", "i", "l", "rn", "m", "vv", "w",
	// Latin with marks and without dots.
	"à", "a", "á", "a", "â", "a", "ã", "a", "ä", "a", "å", "a", "ç", "c", "è", "e", "é", "e", "ê", "e", "ë", "e",
	"ì", "l", "í", "l", "î", "l", "ï", "l", "ı", "l", "ñ", "n", "ò", "o", "ó", "o", "ô", "o", "õ", "o", "ö", "o", "ø", "o",
	"ù", "u", "ú", "u", "û", "u", "ü", "u", "ý", "y", "ÿ", "y",
	// Cyrillic.
	"а", "a", "в", "b", "е", "e", "ё", "e", "к", "k", "м", "m", "н", "h", "о", "o", "р", "p", "с", "c", "т", "t", "у", "y", "х", "x",
	"ѕ", "s", "і", "l", "ї", "l", "ј", "j", "ԁ", "d", "ԛ", "q", "ԝ", "w", "һ", "h", "ӏ", "l",
	// Greek.
	"α", "a", "β", "b", "ε", "e", "η", "n", "ι", "l", "κ", "k", "μ", "m", "ν", "v", "ο", "o", "ρ", "p", "τ", "t", "υ", "u", "χ", "x",
)

// looks gives one text for all names that look the same.
func looks(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～': // the wide forms of ASCII
			r -= '！' - '!'
		case unicode.Is(unicode.Mn, r), unicode.Is(unicode.Cf, r): // marks on letters, and what is not seen at all
			return -1
		}
		return unicode.ToLower(r)
	}, name)
	name = lookalikes.Replace(name)
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1 // "ad-min" and "ad.min" look like "admin"
	}, name)
}

type event struct {
	UserName string `json:"userName"`
	Request  struct {
		UserAttributes struct {
			PreferredUsername string `json:"preferred_username"`
		} `json:"userAttributes"`
	} `json:"request"`
}

// refuse ends the plugin: the last line of standard error is what the caller is told.
func refuse(why string) {
	fmt.Fprintln(os.Stderr, why)
	os.Exit(1)
}

func main() {
	input, err := io.ReadAll(os.Stdin)
	if err != nil {
		refuse("the event cannot be read: " + err.Error())
	}
	var e event
	if err := json.Unmarshal(input, &e); err != nil {
		refuse("the event is not understood: " + err.Error())
	}

	// Administrators may give these names away.
	if len(os.Args) < 2 || os.Args[1] != "PreSignUp_AdminCreateUser" {
		taken := map[string]bool{}
		for _, name := range strings.Fields(reserved + " " + strings.ReplaceAll(os.Getenv("names"), ",", " ")) {
			taken[looks(name)] = true
		}
		delete(taken, "") // a setting of nothing but signs
		// Where people sign in with an address, userName is a made-up id, and the name that others see is the other one.
		for _, name := range []string{e.UserName, e.Request.UserAttributes.PreferredUsername} {
			if taken[looks(name)] {
				refuse(fmt.Sprintf("the name %q is reserved", name))
			}
		}
	}

	// Nothing to say in `response`: the event goes back as it came.
	os.Stdout.Write(input)
}
