// Package yaml takes the place of yaml/v2 of Pulumi's Kubernetes SDK in the provider. The SDK's own has a case, a type and all that it is made of for each kind that there
// is: a quarter of all that the provider would compile, to no other effect.
package yaml

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// RegisterResource registers an object under the token that the schema has for its kind, as kubernetes:apps/v1:Deployment or kubernetes:core/v1:Pod.
func RegisterResource(ctx *pulumi.Context, apiVersion, kind, name string, props pulumi.Input,
	opts ...pulumi.ResourceOption) (pulumi.CustomResource, error) {
	if !strings.Contains(apiVersion, "/") {
		apiVersion = "core/" + apiVersion
	}
	var resource pulumi.CustomResourceState
	if err := ctx.RegisterResource("kubernetes:"+apiVersion+":"+kind, name, props, &resource, opts...); err != nil {
		return nil, err
	}
	return &resource, nil
}
