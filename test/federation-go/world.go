package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"

	"github.com/matrix-org/gomatrixserverlib/fclient"
	"github.com/matrix-org/gomatrixserverlib/spec"
)

// A World is what stands in for the internet.
type World struct {
	ServerName spec.ServerName `json:"serverName"`
	// ip:port of a DNS server; the system's when empty.
	DNS string `json:"dns"`
	// PEM of the trusted roots; the system's when missing, none at all when empty.
	Roots *string `json:"roots"`
	// ip:port, without brackets → port on 127.0.0.1 that stands for it. Missing: plain connections.
	Ports map[string]int `json:"ports"`

	roots *x509.CertPool
}

// enter points the library at this world: it asks net.DefaultResolver, and fetches well-known with
// http.DefaultTransport (fclient, LookupWellKnown).
func (world *World) enter() error {
	if world.DNS != "" {
		net.DefaultResolver = &net.Resolver{
			PreferGo: true,
			Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
				return new(net.Dialer).DialContext(ctx, network, world.DNS)
			},
		}
	}
	if world.Roots != nil {
		world.roots = x509.NewCertPool()
		if *world.Roots != "" && !world.roots.AppendCertsFromPEM([]byte(*world.Roots)) {
			return errors.New("no certificate in roots")
		}
	}
	http.DefaultTransport = world.transport("", false)
	return nil
}

// transport opens connections in this world. An empty name for TLS is that of the URL.
func (world *World) transport(tlsName string, insecure bool) *http.Transport {
	return &http.Transport{
		DialContext:       world.dial,
		DisableKeepAlives: true,
		TLSClientConfig: &tls.Config{
			ServerName: tlsName,
			RootCAs:    world.roots,
			// The tester looks at keys whatever the certificate is, and judges it afterwards.
			InsecureSkipVerify: insecure, // nolint:gosec
		},
	}
}

// dial tries the addresses of a name in the resolver's order, as net.Dialer does, each at the port that stands for it.
func (world *World) dial(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := new(net.Dialer)
	if world.Ports == nil {
		return dialer.DialContext(ctx, network, address)
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	addresses, err := net.DefaultResolver.LookupIPAddr(ctx, host)
	if err != nil {
		return nil, err
	}
	err = fmt.Errorf("%s has no address", host)
	for _, one := range addresses {
		place := one.String() + ":" + port
		local, known := world.Ports[place]
		if !known {
			err = fmt.Errorf("%s: connection refused", place)
			continue
		}
		var connection net.Conn
		connection, err = dialer.DialContext(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", local))
		if err == nil {
			return connection, nil
		}
	}
	return nil, err
}

// RoundTrip sends a request to the first of a server's places that answers. It follows fclient's destinationTripper,
// which cannot be given roots or a way of connecting; without its caches and its second try.
func (world *World) RoundTrip(request *http.Request) (*http.Response, error) {
	places, err := fclient.ResolveServer(request.Context(), spec.ServerName(request.URL.Host))
	if err != nil {
		return nil, err
	}
	err = fmt.Errorf("no address found for %s", request.URL.Host)
	for _, place := range places {
		sent := request.Clone(request.Context())
		sent.URL.Scheme = "https"
		sent.URL.Host = place.Destination
		sent.Host = string(place.Host)
		var response *http.Response
		response, err = world.transport(place.TLSServerName, false).RoundTrip(sent)
		if err == nil {
			return response, nil
		}
	}
	return nil, err
}
