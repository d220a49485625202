/** Killing one server of the lab, and starting it again. */
import { join } from "node:path";
import { locationFolder } from "../../components/local/runtime/folder";
import { runningPid, startProcess, type OwnProcess } from "../../components/local/runtime/own-process";
import { serverBinary } from "../../components/local/runtime/server-binary";
import { serverProcess } from "../../components/local/runtime/server";
import { declaredLocations, serverVersionOf, type LabHome } from "./home";
import { alone, requireLab } from "./session";

/**
 * Ends a server as a crash does, without a word to its peers. It is known by the lab's own conf on its command line, so nobody else's
 * process can be meant. Its data stays; `startServer` or the next `lab up` brings it back.
 *
 * @returns what was done, in words
 * @throws Error for a name that no server of the lab has, and for one that does not run.
 */
export async function killServer(home: LabHome, server: string): Promise<string> {
  const { process: own } = requireServer(home, server);
  const pid = await runningPid(own);
  if (pid === undefined) throw new Error(`server '${server}' does not run; start what is missing: npm run lab`);
  process.kill(pid, "SIGKILL");
  return `server ${server} killed (it was process ${pid})`;
}

/**
 * Starts a server that does not run, on the conf and the data that it had.
 *
 * @returns what was done, in words
 * @throws Error for a name that no server of the lab has, for one that runs, and where another command is at work on the lab.
 */
export async function startServer(home: LabHome, server: string): Promise<string> {
  const { process: own, location } = requireServer(home, server);
  return alone(home, async () => {
    const running = await runningPid(own);
    if (running !== undefined) throw new Error(`server '${server}' runs already, as process ${running}`);
    await startProcess(own, serverBinary(serverVersionOf(requireLab(home), location)), ["-c"]);
    return `server ${server} started`;
  });
}

function requireServer(home: LabHome, server: string): { readonly process: OwnProcess; readonly location: string } {
  const { places } = requireLab(home);
  const servers = declaredLocations()
    .filter(({ name }) => name in places)
    .flatMap(({ name, replicas }) =>
      Array.from({ length: replicas }, (_, i) => ({ location: name, name: `${name}-nats-${i}` })),
    );
  const found = servers.find(({ name }) => name === server);
  if (found) {
    const { location } = found;
    return { location, process: serverProcess(join(locationFolder(home.locationFolder(location)).servers, server)) };
  }
  throw new Error(`there is no server '${server}' in the lab; allowed: ${servers.map(({ name }) => name).join(", ")}`);
}
