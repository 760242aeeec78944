package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/matrix-org/gomatrixserverlib"
	"github.com/matrix-org/gomatrixserverlib/fclient"
	"github.com/matrix-org/gomatrixserverlib/spec"
)

// A Report has the fields of the tester's ServerReport that its verdict depends on.
type Report struct {
	Error     string                       `json:"error,omitempty"`
	WellKnown string                       `json:"wellKnown"`
	Resolved  []fclient.ResolutionResult   `json:"resolved"`
	Version   string                       `json:"version"`
	Addresses map[string]*ConnectionReport `json:"addresses"`
	Hosts     map[string]string            `json:"hosts"`
	// The verdict.
	FederationOK bool `json:"federationOK"`
}

// A ConnectionReport is what one address came to.
type ConnectionReport struct {
	// Why no keys came: the tester's ConnectionErrors.
	Error string `json:"error,omitempty"`
	// Why the certificate is not accepted.
	Certificate string                       `json:"certificate,omitempty"`
	Checks      *gomatrixserverlib.KeyChecks `json:"checks,omitempty"`
	OK          bool                         `json:"ok"`
}

const keysTimeout = 10 * time.Second

// report follows Report of the tester.
func report(world *World) *Report {
	ctx := context.Background()
	out := &Report{Addresses: map[string]*ConnectionReport{}, Hosts: map[string]string{}}
	host := world.ServerName
	sni, _, valid := spec.ParseAndValidateServerName(host)
	if !valid {
		out.Error = fmt.Sprintf("%q is not a server name", host)
		return out
	}
	if file, err := fclient.LookupWellKnown(ctx, world.ServerName); err == nil {
		host = file.NewAddress
		out.WellKnown = string(host)
		if sni, _, valid = spec.ParseAndValidateServerName(host); !valid {
			out.Error = fmt.Sprintf("well-known: %q is not a server name", host)
			return out
		}
	} else {
		out.WellKnown = "error: " + err.Error()
	}
	// Not part of the tester: what the library itself resolves to, to be looked at when verdicts differ.
	out.Resolved, _ = fclient.ResolveServer(ctx, world.ServerName)
	good := out.askVersion(ctx, world)
	addresses, err := out.lookup(host)
	if err != nil {
		// The tester answers with an error instead of a report.
		out.Error = err.Error()
		return out
	}
	good = good && len(addresses) > 0
	for _, address := range addresses {
		checked := world.check(ctx, address, host, sni)
		out.Addresses[address] = checked
		good = good && checked.OK
	}
	out.FederationOK = good
	return out
}

// askVersion: the tester asks with the library's client, which resolves the name anew.
func (out *Report) askVersion(ctx context.Context, world *World) bool {
	client := fclient.NewClient(fclient.WithTransport(world))
	version, err := client.GetVersion(ctx, world.ServerName)
	if err != nil {
		out.Version = "error: " + err.Error()
		return false
	}
	out.Version = version.Server.Name + " " + version.Server.Version
	return true
}

// lookup follows lookupServer of the tester: SRV unless there is a colon, of the old service name only.
// What it finds is not what fclient.ResolveServer finds.
func (out *Report) lookup(name spec.ServerName) ([]string, error) {
	places := map[string][]uint16{}
	if strings.Contains(string(name), ":") {
		host, text, err := net.SplitHostPort(string(name))
		if err != nil {
			return nil, err
		}
		port, err := strconv.ParseUint(text, 10, 16)
		if err != nil {
			return nil, err
		}
		places[host] = []uint16{uint16(port)}
	} else {
		_, records, err := net.LookupSRV("matrix", "tcp", string(name))
		var failure *net.DNSError
		switch {
		case errors.As(err, &failure) && failure.Timeout():
			return nil, err
		case err != nil:
			places[string(name)] = []uint16{8448}
		}
		for _, record := range records {
			if err != nil {
				break
			}
			canonical, err := net.LookupCNAME(record.Target)
			switch {
			case err != nil:
				out.Hosts[record.Target] = err.Error()
			case canonical != record.Target:
				out.Hosts[record.Target] = "an alias of " + canonical
			default:
				places[record.Target] = append(places[record.Target], record.Port)
			}
		}
	}
	var addresses []string
	for host, ports := range places {
		// A name without a canonical name is passed over in silence; an IP literal has none either.
		if _, err := net.LookupCNAME(host); err != nil {
			out.Hosts[host] = err.Error()
			continue
		}
		found, err := net.LookupHost(host)
		if err != nil {
			out.Hosts[host] = err.Error()
			continue
		}
		for _, port := range ports {
			for _, ip := range found {
				addresses = append(addresses, net.JoinHostPort(ip, strconv.Itoa(int(port))))
			}
		}
	}
	return addresses, nil
}

// check follows connCheck of the tester.
func (world *World) check(ctx context.Context, address string, host spec.ServerName, sni string) *ConnectionReport {
	keys, state, err := world.fetchKeys(ctx, address, host, sni)
	if err != nil {
		return &ConnectionReport{Error: err.Error()}
	}
	out := new(ConnectionReport)
	if err := world.verify(host, state.PeerCertificates); err != nil {
		out.Certificate = err.Error()
	}
	checks, _ := gomatrixserverlib.CheckKeys(world.ServerName, time.Now(), *keys)
	out.Checks = &checks
	out.OK = checks.AllChecksOK && out.Certificate == ""
	return out
}

// verify follows isValidCertificate of the tester.
func (world *World) verify(host spec.ServerName, chain []*x509.Certificate) error {
	name, _, _ := spec.ParseAndValidateServerName(host)
	options := x509.VerifyOptions{DNSName: name, Roots: world.roots, Intermediates: x509.NewCertPool()}
	for _, link := range chain[1:] {
		options.Intermediates.AddCert(link)
	}
	_, err := chain[0].Verify(options)
	return err
}

// fetchKeys follows fetchKeysDirect of the tester: redirects are followed and the content type is not looked at.
func (world *World) fetchKeys(
	ctx context.Context, address string, host spec.ServerName, sni string,
) (*gomatrixserverlib.ServerKeys, *tls.ConnectionState, error) {
	request, err := http.NewRequestWithContext(ctx, "GET", "https://"+address+"/_matrix/key/v2/server", nil)
	if err != nil {
		return nil, nil, err
	}
	request.Host = string(host)
	client := http.Client{Timeout: keysTimeout, Transport: world.transport(sni, true)}
	response, err := client.Do(request)
	if err != nil {
		return nil, nil, err
	}
	defer response.Body.Close() // nolint:errcheck
	if response.StatusCode != http.StatusOK {
		return nil, nil, fmt.Errorf("HTTP %d", response.StatusCode)
	}
	var keys gomatrixserverlib.ServerKeys
	if err := json.NewDecoder(response.Body).Decode(&keys); err != nil {
		return nil, nil, err
	}
	return &keys, response.TLS, nil
}
