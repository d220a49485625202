// Command pulumi-resource-random serves @pulumi/random's resources.
package main

import (
	"context"
	_ "embed"

	pf "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"

	random "toolchain/provider-random"
)

//go:embed schema.json
var schema []byte

//go:embed bridge-metadata.json
var metadata []byte

func main() {
	pf.Main(context.Background(), "random", random.Info(metadata), pf.ProviderMetadata{PackageSchema: schema, BridgeMetadata: metadata})
}
