// Command schema copies what the provider embeds out of its module, which leaves that to a generator of its own.
package main

import (
	"encoding/json"
	"log"
	"os"
	"os/exec"
	"path/filepath"
)

func main() {
	answer, err := exec.Command("go", "mod", "download", "-json", "github.com/pulumi/pulumi-kubernetes/provider/v4").Output()
	if err != nil {
		log.Fatal(err)
	}
	var module struct{ Dir string }
	if err := json.Unmarshal(answer, &module); err != nil {
		log.Fatal(err)
	}
	for _, file := range []string{"schema.json", "terraform-mapping.json"} {
		text, err := os.ReadFile(filepath.Join(module.Dir, "cmd", "pulumi-resource-kubernetes", file))
		if err != nil {
			log.Fatal(err)
		}
		if err := os.WriteFile(file, text, 0o644); err != nil {
			log.Fatal(err)
		}
	}
}
