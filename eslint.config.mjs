import js from "@eslint/js";
import ts from "typescript-eslint";

/**
 * What a folder or file may not import, and the sentence that says why.
 *
 * @param {string} message
 * @param {string[]} group
 */
const forbid = (message, ...group) => ({ group, message });

const programs = forbid(
  "Nothing imports a program or a command: the arrows go the other way.",
  "**/cli/*",
  "**/index",
  "**/index.ts",
);
const effects = forbid(
  "A pure file knows nothing of Pulumi, disk, clock, network or environment.",
  "@pulumi/*",
  "node:*",
  "nats",
  "bcryptjs",
  "execa",
  "p-retry",
);
const pulumi = forbid("What runs in the provider's process holds no Pulumi value.", "@pulumi/*");
const streams = forbid("The location project does not know the streams project.", "**/streams/*", "**/streams/**");
const streamsButDeclared = forbid(
  "Of the streams project the location program knows what is declared, for the rights of the spokes' leafnode users.",
  "**/streams/*",
  "**/streams/**",
  "!**/streams/declarations",
  "!**/streams/spoke-links",
);
const components = forbid(
  "The two projects know each other by components/stack-outputs.ts alone.",
  "**/components/*",
  "**/components/**",
  "!**/components/stack-outputs",
  "!**/components/stack-outputs.ts",
);
const componentsButRights = forbid(
  "spoke-links.ts says what leafnode-permissions.ts takes, and nothing more.",
  "**/components/*",
  "**/components/**",
  "!**/components/leafnode-permissions",
);

/**
 * Import rules of one set of files; the last matching entry of the list wins, so each names all of its own.
 *
 * @param {string[]} files
 * @param {ReturnType<typeof forbid>[]} patterns
 * @returns {import("eslint").Linter.Config}
 */
const imports = (files, ...patterns) => ({ files, rules: { "no-restricted-imports": ["error", { patterns }] } });

const pureComponents = [
  "components/account-names.ts",
  "components/location.ts",
  "components/stack-config.ts",
  "components/server-version.ts",
  "components/server-config.ts",
  "components/server-accounts-conf.ts",
  "components/leafnode-permissions.ts",
  "components/rotation.ts",
  "components/kubernetes/kubernetes-config.ts",
  "components/kubernetes/names.ts",
  "components/kubernetes/reload.ts",
  "components/kubernetes/merge-values.ts",
  "components/kubernetes/helm-values.ts",
  "components/kubernetes/repair-watch.ts",
  "components/kubernetes/legacy-values.ts",
  "components/kubernetes/server-secret.ts",
  "components/kubernetes/identity.ts",
  "components/kubernetes/identity-rules.ts",
  "components/kubernetes/serving-inputs.ts",
  "components/kubernetes/serving-lacks.ts",
  "components/kubernetes/serving-text.ts",
  "components/local/nats-conf.ts",
  "components/local/ports.ts",
];
const pureStreams = [
  "streams/checks/**",
  "streams/declaration.ts",
  "streams/declarations.ts",
  "streams/origin.ts",
  "streams/spelling.ts",
  "streams/stream-changes.ts",
  "streams/stream-config.ts",
  "streams/subject.ts",
  "streams/topology.ts",
  "streams/wire-config.ts",
];

export default ts.config(
  { ignores: ["**/dist/**", "node_modules/**"] },
  js.configs.recommended,
  ...ts.configs.recommended,
  {
    languageOptions: {
      globals: {
        process: "readonly",
        console: "readonly",
        fetch: "readonly",
        setTimeout: "readonly",
        clearTimeout: "readonly",
        setInterval: "readonly",
        clearInterval: "readonly",
        AbortSignal: "readonly",
        AbortController: "readonly",
        URL: "readonly",
        Buffer: "readonly",
      },
    },
    rules: {
      "max-lines": ["error", { max: 250, skipBlankLines: true, skipComments: true }],
      "max-lines-per-function": ["error", { max: 40, skipBlankLines: true, skipComments: true, IIFEs: true }],
      "no-console": "error",
      "@typescript-eslint/no-unused-vars": ["error", { varsIgnorePattern: "^_", argsIgnorePattern: "^_" }],
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "separate-type-imports" }],
    },
  },
  {
    files: ["test/**", "bench/**"],
    rules: { "max-lines-per-function": "off", "@typescript-eslint/no-unused-expressions": "off" },
  },
  { files: ["toolchain/**", "cli/**", "bench/**"], rules: { "no-console": "off" } },
  imports(["index.ts"], streamsButDeclared),
  imports(["components/**"], programs, streams),
  imports(
    ["components/*/runtime/**", "components/local/relay-process.ts", "components/provider.ts"],
    programs,
    streams,
    pulumi,
  ),
  imports(["kubernetes/**"], programs, pulumi, streams, components),
  imports(["policy/**"], programs, components),
  imports(pureComponents, programs, streams, effects),
  imports(["streams/**"], programs, components),
  imports(
    [
      "streams/jetstream/**",
      "streams/guards/**",
      "streams/{hooks,provider,say,stream-state}.ts",
      "streams/consumers/consumer-provider.ts",
    ],
    programs,
    components,
    pulumi,
  ),
  imports(pureStreams, programs, components, effects),
  imports(["streams/spoke-links.ts"], programs, componentsButRights, effects),
);
