package main

import (
	"os"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfgen"

	random "toolchain/provider-random"
)

func main() {
	b, err := os.ReadFile("bridge-metadata.json")
	if err != nil {
		b = []byte("{}")
	}
	tfgen.Main("random", random.Info(b))
}
