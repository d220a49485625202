/** The stacks of a topology, wherever their state is kept. */
import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { LocationFacts, LocationSecrets } from "../../components/stack-outputs";
import type { Topology } from "../../streams/declarations";
import type { PreviewPool } from "./previews/pool";
import { locationStack, streamsStack, type LabLocation, type LabStack } from "../lab/home";

export type Operation = "preview" | "up" | "refresh" | "destroy";

export interface RunOptions {
  /** Called with each event of the engine, in their order. */
  readonly onEvent?: (event: EngineEvent) => void;
  /** Once aborted, a run that is under way is told once to end what it is at, and none is started. */
  readonly signal?: AbortSignal;
  /**
   * The file to take the stack's config from.
   *
   * @default - the stack's own
   */
  readonly configFile?: string;
  /**
   * The checkout whose program is run.
   *
   * @default - this one
   */
  readonly program?: string;
  /**
   * Who runs previews of the checkout's own programs.
   *
   * @default - the engine starts each
   */
  readonly previews?: PreviewPool;
  /**
   * Only tells what `refresh` or `destroy` would do.
   *
   * @default false
   */
  readonly previewOnly?: boolean;
  /**
   * Goes on with what does not depend on a resource that failed.
   *
   * @default false
   */
  readonly continueOnError?: boolean;
}

/** How many resources of a stack had which operation (`create`, `update`, `same`, …). */
export interface RunResult {
  readonly changes: Readonly<Record<string, number>>;
}

export interface SetConfigOptions {
  /** The key is a path, such as `passwords.ACC`. */
  readonly path?: boolean;
  /** Encrypts the value, which then is on no command line. */
  readonly secret?: boolean;
}

/** What a stack file holds. Values of secrets are encrypted: `{ secure: … }`. */
export interface StackFile {
  readonly encryptionsalt?: string;
  readonly secretsprovider?: string;
  readonly encryptedkey?: string;
  readonly config?: Readonly<Record<string, unknown>>;
}

/** The stacks that the commands work on: those of the lab, or those in the backend that the user is logged in to. */
export interface Workspace {
  /** For people: `the lab in <folder>`, `the Pulumi backend <URL>`. */
  readonly label: string;
  /** What follows `npm run topology -- <command>` to work on these stacks: `--lab`, or nothing. */
  readonly flag: string;
  readonly topology: Topology;
  /** All that are declared, hub first. */
  readonly locations: readonly LabLocation[];
  /** One process at a time holds this file while it changes stacks. */
  readonly lockFile: string;

  /**
   * Whether the stack is in the backend.
   *
   * @throws Error where the backend cannot be asked, with the cure.
   */
  exists(stack: LabStack): Promise<boolean>;
  /** What the stack's file says, or would say after `prepare`, with a placeholder for each secret that is not set yet. Changes nothing. */
  stackFile(stack: LabStack): StackFile;
  /** Changes the text of a stack's own file, at once: the lab's, or the checkout's. Whole or not at all. @throws Error where it cannot be written. */
  editStackFile(stack: LabStack, edit: (text: string) => string): void;
  /** The file with which a preview of an existing stack runs, written to a folder; undefined: the stack's own. */
  previewFile(stack: LabStack, folder: string): Promise<string | undefined>;
  /** Makes ready what an `up` of the stack needs: the stack itself; in the lab its file and passwords as well. */
  prepare(stack: LabStack): Promise<void>;
  /** Takes back locks of engines that are gone; waits for those of a command that was killed. @throws Error naming who else holds a stack. */
  freeLocks(stacks: readonly LabStack[], signal?: AbortSignal): Promise<void>;
  /**
   * One run of the engine, by the Automation API.
   *
   * @throws StackRunError with the engine's own words.
   */
  run(stack: LabStack, operation: Operation, options?: RunOptions): Promise<RunResult>;
  /** A location's outputs, clear passwords included: for this process only. @throws Error where it is not up. */
  outputs(location: string): Promise<LocationFacts & LocationSecrets>;
  /** The stack's config by key, without the project's prefix; secrets decrypted: for this process only. */
  getConfig(stack: LabStack): Promise<Readonly<Record<string, unknown>>>;
  /** Writes the stack's file: the lab's own, or the checkout's. */
  setConfig(stack: LabStack, key: string, value: string, options?: SetConfigOptions): Promise<void>;
  /** Declares a location's nats-server, for its next `up`: in its stack file; in the lab, which writes those anew, in its settings. */
  setServerVersion(location: string, version: string): Promise<void>;
  removeConfig(stack: LabStack, key: string, options?: Pick<SetConfigOptions, "path">): Promise<void>;
}

/** Every stack of a workspace, in the order in which they are brought up. */
export function stacksOf({ locations }: Pick<Workspace, "locations">): LabStack[] {
  return [...locations.map(({ name }) => locationStack(name)), streamsStack];
}
