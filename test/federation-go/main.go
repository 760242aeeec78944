// A reference for the tests: what the public federation tester says about a server, said with its own library.
//
// The tester (github.com/matrix-org/matrix-federation-tester, main.go) is a web service around gomatrixserverlib. This
// program follows it step by step and keeps only what decides its verdict, FederationOK. The comments name the tester's
// function that a part follows. What differs is the world: a DNS server, trusted roots and a table of ports are given,
// so that a laboratory can stand in for the internet. Without them it is the real network.
//
//	federation-go report    < {"serverName": …, "dns": …, "roots": …, "ports": …}    one report
//	federation-go canonical < documents, a JSON string a line                        one result a line
package main

import (
	"encoding/json"
	"fmt"
	"os"
)

func main() {
	var err error
	switch len(os.Args) {
	case 2:
		err = run(os.Args[1])
	default:
		err = fmt.Errorf("usage: federation-go report | canonical")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(what string) error {
	switch what {
	case "report":
		var world World
		if err := json.NewDecoder(os.Stdin).Decode(&world); err != nil {
			return err
		}
		if err := world.enter(); err != nil {
			return err
		}
		return json.NewEncoder(os.Stdout).Encode(report(&world))
	case "canonical":
		return canonical(os.Stdin, os.Stdout)
	}
	return fmt.Errorf("no such command: %s", what)
}
