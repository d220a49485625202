import { BackendWorkspace } from "./backend-workspace";
import { LabWorkspace } from "./lab-workspace";
import type { Workspace } from "./workspace";

export interface WorkspaceOptions {
  readonly lab?: boolean;
  /** No backend is asked for anything. */
  readonly fromNothing?: boolean;
}

/**
 * The stacks to work on.
 *
 * @throws Error where they are in the user's backend and nobody is logged in.
 */
export async function openWorkspace({ lab = false, fromNothing = false }: WorkspaceOptions): Promise<Workspace> {
  if (lab) return new LabWorkspace();
  return fromNothing ? BackendWorkspace.unasked() : BackendWorkspace.open();
}
