/** Gap, lag and rates over time. */
import uPlot from "uplot";
import type { Sample } from "../wire";

/** Seconds that a chart shows. */
const windowSeconds = 300;
const chartHeight = 220;

interface Line {
  readonly label: string;
  readonly dash?: number[];
  readonly colour: string;
  readonly value: (sample: Sample) => number | null;
}

/** Told apart by brightness as well as by hue, on both grounds (Okabe and Ito's set). */
const colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b8860b", "#56b4e9"];
const colourOf = (i: number) => colours[i % colours.length] ?? "#0072b2";

/** A chart of one element, made anew where its lines change. */
class Chart {
  private plot?: uPlot;
  private labels = "";

  constructor(
    private readonly element: HTMLElement,
    private readonly linesOf: (newest: Sample) => Line[],
  ) {
    new ResizeObserver(() => this.plot?.setSize({ width: element.clientWidth, height: chartHeight })).observe(element);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.forget());
  }

  show(samples: readonly Sample[]): void {
    const newest = samples.at(-1);
    if (!newest) return;
    const lines = this.linesOf(newest);
    const labels = lines.map(({ label }) => label).join();
    if (labels !== this.labels) this.forget();
    this.labels = labels;
    const shown = samples.filter(({ at }) => at > newest.at - windowSeconds);
    const data: uPlot.AlignedData = [shown.map(({ at }) => at), ...lines.map(({ value }) => shown.map(value))];
    if (this.plot) this.plot.setData(data);
    else this.plot = new uPlot(this.options(lines), data, this.element);
  }

  private forget(): void {
    this.plot?.destroy();
    this.plot = undefined;
  }

  private options(lines: readonly Line[]): uPlot.Options {
    const style = getComputedStyle(document.body);
    const axis = { stroke: style.color, grid: { stroke: style.getPropertyValue("--rule"), width: 1 } };
    return {
      width: this.element.clientWidth,
      height: chartHeight,
      axes: [axis, { ...axis, size: 60 }],
      scales: { y: { range: (_plot, _least, most) => [0, Math.max(5, (most ?? 0) * 1.1)] } },
      series: [
        {},
        ...lines.map(({ label, colour, dash }) => ({
          label,
          stroke: colour,
          width: 2,
          dash,
          spanGaps: false,
          value: numberOf,
        })),
      ],
    };
  }
}

const numberOf = (_plot: uPlot, value: number | null) => (value === null ? "--" : String(Math.round(value * 10) / 10));

/** Gap and lag of each link. */
export function gapChart(element: HTMLElement): Chart {
  return new Chart(element, ({ gaps }) =>
    Object.keys(gaps).flatMap((id, i) => {
      const name = id.slice(id.indexOf("/") + 1);
      const colour = colourOf(i);
      return [
        { label: `gap ${name}`, colour, value: (sample: Sample) => sample.gaps[id] ?? null },
        { label: `lag ${name}`, colour, dash: [4, 4], value: (sample: Sample) => sample.lags[id] ?? null },
      ];
    }),
  );
}

/** Messages a second of each stream. */
export function rateChart(element: HTMLElement): Chart {
  return new Chart(element, ({ rates }) =>
    Object.keys(rates).map((id, i) => ({
      label: id,
      colour: colourOf(i),
      value: (sample: Sample) => sample.rates[id] ?? null,
    })),
  );
}
