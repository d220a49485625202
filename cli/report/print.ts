import type { Report } from "./report";
import { reportText } from "./tables";

/** Prints the report; exit code 1 where anything is not well. */
export function printReport(report: Report, json = false): void {
  console.log(json ? JSON.stringify(report, undefined, 2) : reportText(report));
  if (report.faults.length > 0) process.exitCode = 1;
}
