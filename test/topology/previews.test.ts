/** Previews by the pool's processes, each of which runs the programs of many stacks. */
import { expect } from "chai";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import execa from "execa";
import { checkout, locationStack } from "../../cli/lab/home";
import { readStackFile } from "../../cli/lab/stack-files";
import { StackRunError } from "../../cli/topology/automation";
import { stackFindings } from "../../cli/topology/plan-events";
import { PreviewPool } from "../../cli/topology/previews/pool";
import { ScratchBackend } from "../../cli/topology/scratch";

describe("previews by a pool", function () {
  this.timeout(120_000);
  let scratch: ScratchBackend;
  let pool: PreviewPool;
  const kubeconfig = process.env["KUBECONFIG"];
  before(() => (process.env["KUBECONFIG"] = "/there/is/none"));
  after(() => {
    delete process.env["KUBECONFIG"];
    if (kubeconfig !== undefined) process.env["KUBECONFIG"] = kubeconfig;
  });
  beforeEach(() => {
    scratch = new ScratchBackend();
    pool = new PreviewPool(1);
  });
  afterEach(async () => {
    await pool.end();
    scratch.remove();
  });

  const hub = readStackFile(`${checkout}/Pulumi.hub.yaml`);
  const preview = async (name: string, config: object, signal?: AbortSignal, onFirst?: () => void) => {
    const stack = locationStack(name);
    const setup = await scratch.make(stack, { ...hub, config: { ...hub.config, ...config } });
    const events: EngineEvent[] = [];
    const onEvent = (event: EngineEvent) => void (events.push(event) === 1 && onFirst?.());
    const outcome = await pool.run(setup, stack, { onEvent, ...(signal && { signal }) }).catch((error: Error) => error);
    return { outcome, findings: stackFindings(name, false, events, "up") };
  };
  /** Processes whose command line holds a text. */
  const running = (text: string) => execa.sync("pgrep", ["-af", text], { reject: false }).stdout;

  it("have each the config, the faults and the words of its own stack, though one process runs them all", async () => {
    const runs = await Promise.all([
      preview("hub", {}),
      preview("hub-of-spikes", { "cinema-jetstream:role": "spike" }),
      preview("hub-in-clear", { "cinema-jetstream:passwords": { ACC: "acc-in-clear" } }),
      preview("hub-again", { "cinema-jetstream:spokes": ["cinema-a"] }),
    ]);
    expect(
      runs.map(({ findings: { changes } }) => changes.filter(({ type }) => type === "PasswordHash").length),
    ).to.deep.equal([6, 0, 0, 4]);
    expect(runs.map(({ findings }) => findings.notes.map((note) => note.split(" meets ")[0]))).to.deep.equal([
      ["what location 'hub'"],
      [],
      [],
      ["what location 'hub-again'"],
    ]);
    const [, spikes, inClear] = runs.map(({ outcome }) => outcome);
    expect(spikes).to.be.instanceOf(StackRunError);
    expect(runs[1]?.findings.faults).to.deep.equal([
      "role is 'spike'; allowed: hub or spoke; set it: pulumi config set role spoke",
    ]);
    expect(inClear).to.be.instanceOf(StackRunError);
    expect(runs[2]?.findings.faults.join())
      .to.match(/^passwords is given in clear; /)
      .and.not.contain("acc-in-clear");
  });

  it("end at once where the command is interrupted, and leave no process", async () => {
    const { folder } = scratch;
    const interrupt = new AbortController();
    const { outcome } = await preview("hub", {}, interrupt.signal, () => {
      expect(running(folder)).to.contain("pulumi");
      interrupt.abort();
    });
    await pool.end();
    expect(outcome).to.be.instanceOf(Error);
    expect([running(folder), running(`preview-worker.js`)]).to.deep.equal(["", ""]);
  });
});
