package main

import (
	"bufio"
	"crypto/ed25519"
	"encoding/json"
	"io"

	"github.com/matrix-org/gomatrixserverlib"
	"github.com/matrix-org/gomatrixserverlib/spec"
)

// A Document is one line of input: a text, and a key that is to sign it, when it is an object.
type Document struct {
	Text string           `json:"text"`
	Seed spec.Base64Bytes `json:"seed"`
}

// A Result is the library's canonical form, and the document as the library signs it. Empty where it refuses.
type Result struct {
	Canonical string `json:"canonical"`
	Signed    string `json:"signed"`
	// Whether the library takes the document for signed by the seed's key as it came.
	Verified bool   `json:"verified"`
	Error    string `json:"error,omitempty"`
}

const signer, keyID = "example.org", gomatrixserverlib.KeyID("ed25519:1")

func canonical(in io.Reader, out io.Writer) error {
	lines := json.NewDecoder(bufio.NewReader(in))
	results := json.NewEncoder(out)
	for {
		var document Document
		if err := lines.Decode(&document); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if err := results.Encode(document.result()); err != nil {
			return err
		}
	}
}

func (document *Document) result() (out Result) {
	text := []byte(document.Text)
	form, err := gomatrixserverlib.CanonicalJSON(text)
	if err != nil {
		return Result{Error: err.Error()}
	}
	out.Canonical = string(form)
	key := ed25519.NewKeyFromSeed(document.Seed)
	public := ed25519.PublicKey(key[ed25519.PublicKeySize:])
	out.Verified = gomatrixserverlib.VerifyJSON(signer, keyID, public, text) == nil
	signed, err := gomatrixserverlib.SignJSON(signer, keyID, key, text)
	if err != nil {
		out.Error = err.Error()
	}
	out.Signed = string(signed)
	return out
}
