// Command prepare-provider gets ready what the Kubernetes provider is built from, in a copy of this module: what the provider embeds, which is left to a generator of its
// own, and of the SDK in Go that part alone which the provider uses.
package main

import (
	"encoding/json"
	"log"
	"os"
	"os/exec"
	"path/filepath"
)

const (
	provider = "github.com/pulumi/pulumi-kubernetes/provider/v4"
	sdk      = "github.com/pulumi/pulumi-kubernetes/sdk/v4"
)

func main() {
	embedded := filepath.Join(folderOf(provider), "cmd", "pulumi-resource-kubernetes")
	for _, file := range []string{"schema.json", "terraform-mapping.json"} {
		copyFiles(filepath.Join(embedded, file), filepath.Join("cmd", "pulumi-resource-kubernetes"))
	}
	original := folderOf(sdk)
	for _, folder := range []string{".", "go/kubernetes", "go/kubernetes/utilities", "go/kubernetes/helm/v4"} {
		copyFiles(filepath.Join(original, folder, "go.mod"), filepath.Join("sdk", folder))
		copyFiles(filepath.Join(original, folder, "*.go"), filepath.Join("sdk", folder))
	}
	copyFiles(filepath.Join("yaml", "*.go"), filepath.Join("sdk", "go", "kubernetes", "yaml", "v2"))
	run("mod", "edit", "-replace", sdk+"=./sdk")
}

func folderOf(module string) string {
	var downloaded struct{ Dir string }
	if err := json.Unmarshal(run("mod", "download", "-json", module), &downloaded); err != nil {
		log.Fatal(err)
	}
	return downloaded.Dir
}

func run(args ...string) []byte {
	answer, err := exec.Command("go", args...).Output()
	if err != nil {
		log.Fatal(err)
	}
	return answer
}

func copyFiles(pattern, folder string) {
	files, err := filepath.Glob(pattern)
	if err != nil {
		log.Fatal(err)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		log.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			log.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, filepath.Base(file)), text, 0o644); err != nil {
			log.Fatal(err)
		}
	}
}
