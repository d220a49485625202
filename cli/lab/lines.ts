/** `lab cut`, `heal` and `delay`: the line between a spoke and its hub. */
import { controlRelay, type RelayCommand, type RelayStatus } from "../../components/local/runtime/relay-control";
import { declaredLocations, type LabHome } from "./home";
import { requireLab } from "./session";

/**
 * Tells the relay of a spoke.
 *
 * @throws Error for a location that is none of the declared spokes, and where there is no lab.
 */
export async function labLine(home: LabHome, location: string, command: RelayCommand): Promise<RelayStatus> {
  const spokes = declaredLocations()
    .filter(({ role }) => role === "spoke")
    .map(({ name }) => name);
  if (!spokes.includes(location)) {
    throw new Error(
      `'${location}' has no line to a hub; allowed: ${spokes.join(", ")}; run: npm run lab -- cut ${spokes[0] ?? "cinema-a"}`,
    );
  }
  requireLab(home);
  return controlRelay(home.locationFolder(location), command);
}

/** A line in words. */
export function lineText(line: RelayStatus | "down"): string {
  if (line === "down") return "no relay runs";
  const { cut, delayMs, connections } = line;
  if (cut) return "cut";
  return `open, ${connections} connection${connections === 1 ? "" : "s"}${delayMs > 0 ? `, ${delayMs} ms late each way` : ""}`;
}

/** What `lab cut`, `heal` and `delay` print. */
export function linedText(location: string, line: RelayStatus): string {
  return `line of ${location} to its hub: ${lineText(line)}`;
}
