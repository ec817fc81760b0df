// Draws every canvas[data-chart] from the JSON whose id it names; new numbers change the
// chart, and never draw it anew.
(() => {
  "use strict";

  const PHONE = 560; // a chart narrower than this has no room for ten dates
  const PAPER = { width: 640, height: 240 };
  const FONT = { family: "Inter, sans-serif", size: 12 };
  const NBSP = "\u00a0";

  const number = (value) => value.toLocaleString("en-GB");
  const drawnOf = (canvas) => document.getElementById(canvas.dataset.chart).textContent;

  function colour(canvas, name) {
    return getComputedStyle(canvas).getPropertyValue(`--chart-${name}`).trim();
  }

  // --- What is said of one bucket ---

  function change(now, before) {
    if (!before) return "";
    const percent = (100 * (now - before)) / before;
    const digits = Math.abs(percent).toFixed(1).replace(/^0\.0$/, "0");
    const sign = digits === "0" ? "" : percent > 0 ? "+" : "\u2212";
    return `, ${sign}${digits}${NBSP}%`;
  }

  function lineOf(series, index, drawn) {
    const value = series.values[index];
    if (value === null) return null;
    if (series.colour !== "before") return `${series.name} ${number(value)}`;
    const now = drawn.series[0].values[index];
    // The bucket that is not over has no whole one to be compared with.
    const more = now === null || drawn.notes[index] ? "" : change(now, value);
    return `${drawn.before[index]}: ${number(value)}${more}`;
  }

  function said(drawn, index) {
    const of = (series) => lineOf(series, index, drawn);
    const lines = drawn.words ? drawn.words[index] : drawn.series.map(of).filter(Boolean);
    const marks = drawn.flags?.[index] ?? [];
    if (!lines.length) return ["not counted", ...marks];
    return drawn.notes[index] ? [...lines, drawn.notes[index], ...marks] : [...lines, ...marks];
  }

  // --- How it looks ---

  function tick(chartOf) {
    return function (value, index) {
      const { labels, ticks, fromEnd } = chartOf().drawn;
      const step = Math.ceil(ticks.length / (this.chart.width < PHONE ? 6 : 10));
      const place = ticks.indexOf(index);
      if (place < 0) return null;
      return (fromEnd ? ticks.length - 1 - place : place) % step ? null : labels[index];
    };
  }

  // Dots in place of a full column: it is not over.
  function dotted(context, of, ground) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = 4;
    const pen = tile.getContext("2d");
    pen.fillStyle = ground;
    pen.fillRect(0, 0, 4, 4);
    pen.fillStyle = of;
    pen.fillRect(0, 0, 2, 2);
    pen.fillRect(2, 2, 2, 2);
    return context.createPattern(tile, "repeat");
  }

  function lineStyle(series, open) {
    const isBefore = series.colour === "before";
    const at = (index) => series.values[index] ?? null;
    const isAlone = (index) => at(index - 1) === null && at(index + 1) === null;
    return {
      type: "line",
      order: isBefore ? 1 : 0,
      borderWidth: isBefore ? 1.5 : 2,
      borderDash: isBefore ? [6, 4] : [],
      // A single value between gaps makes no line, and would be invisible without a point.
      pointRadius: series.values.map((_, index) =>
        open.includes(index) && !isBefore ? 4 : isAlone(index) ? 3 : 0,
      ),
      pointHoverRadius: 5,
      pointBorderWidth: 2,
      pointHoverBorderWidth: 2,
      segment: {
        borderDash: ({ p0DataIndex, p1DataIndex }) => {
          const isOpen = open.includes(p0DataIndex) || open.includes(p1DataIndex);
          return isOpen && !isBefore ? [2, 4] : undefined;
        },
      },
    };
  }

  // An interval is the ground between its lower edge and itself; neither has a line of its own.
  function bandStyle(series) {
    return {
      type: "line",
      order: 3,
      borderWidth: 0,
      pointRadius: 0,
      pointHoverRadius: 0,
      fill: series.kind === "band" ? "-1" : false,
    };
  }

  function columnStyle(series) {
    return {
      type: "bar",
      order: 2,
      stack: series.kind === "stack" ? "all" : series.name,
      borderWidth: series.kind === "stack" ? { top: 1 } : 0,
      borderSkipped: false,
      categoryPercentage: 0.86,
      barPercentage: series.kind === "stack" ? 1 : 0.7,
      maxBarThickness: 40,
    };
  }

  function datasetOf(series, drawn) {
    const styles = { line: lineStyle, edge: bandStyle, band: bandStyle };
    const style = (styles[series.kind] || columnStyle)(series, drawn.open);
    return { label: series.name, data: series.values, ...style };
  }

  function paint(chart, drawn) {
    const { canvas, ctx } = chart;
    const ground = colour(canvas, "ground");
    chart.data.datasets.forEach((dataset, place) => {
      const series = drawn.series[place];
      const own = colour(canvas, series.colour);
      const filled = (index) => (drawn.open.includes(index) ? ground : own);
      if (series.kind === "line") {
        dataset.borderColor = dataset.pointBorderColor = dataset.pointHoverBorderColor = own;
        dataset.pointBackgroundColor = series.values.map((_, index) => filled(index));
        dataset.pointHoverBackgroundColor = dataset.pointBackgroundColor;
        return;
      }
      if (series.kind === "edge" || series.kind === "band") {
        dataset.backgroundColor = own;
        return;
      }
      const dots = dotted(ctx, own, ground);
      const fill = (_, index) => (drawn.open.includes(index) ? dots : own);
      dataset.backgroundColor = series.values.map(fill);
      dataset.hoverBackgroundColor = dataset.backgroundColor;
      dataset.borderColor = dataset.hoverBorderColor = ground;
    });
    const { x, y } = chart.options.scales;
    y.grid.color = colour(canvas, "grid");
    x.ticks.color = y.ticks.color = colour(canvas, "text");
    chart.update("none");
  }

  // What happened in a bucket is a flag on a pole, an outage a band behind the lines.
  function marksOf(chartOf) {
    const placeOf = ({ chartArea: { left, right }, scales: { x } }, index) => {
      const half = (right - left) / chartOf().drawn.labels.length / 2;
      const middle = x.getPixelForValue(index);
      return { middle, from: Math.max(left, middle - half), to: Math.min(right, middle + half) };
    };
    return {
      id: "marks",
      beforeDatasetsDraw(chart) {
        const { top, bottom } = chart.chartArea;
        chart.ctx.fillStyle = colour(chart.canvas, "outage");
        for (const index of chartOf().drawn.bands ?? []) {
          const { from, to } = placeOf(chart, index);
          chart.ctx.fillRect(from, top, to - from, bottom - top);
        }
      },
      afterDatasetsDraw(chart) {
        const { ctx, chartArea } = chart;
        ctx.fillStyle = ctx.strokeStyle = colour(chart.canvas, "mark");
        for (const index of Object.keys(chartOf().drawn.flags ?? {})) {
          const { middle } = placeOf(chart, Number(index));
          const side = middle + 9 > chart.width ? -1 : 1;
          ctx.fillRect(middle - 0.5, chartArea.top - 12, 1, chartArea.bottom - chartArea.top + 12);
          ctx.beginPath();
          ctx.moveTo(middle, chartArea.top - 12);
          ctx.lineTo(middle + 9 * side, chartArea.top - 8);
          ctx.lineTo(middle, chartArea.top - 4);
          ctx.fill();
        }
      },
    };
  }

  function optionsOf(chartOf) {
    const { unit } = chartOf().drawn;
    const stacked = chartOf().drawn.series.some((series) => series.kind === "stack");
    return {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      interaction: { mode: "index", intersect: false },
      layout: { padding: { top: 16, right: 20 } },
      scales: {
        x: {
          stacked,
          grid: { display: false },
          border: { display: false },
          ticks: { font: FONT, autoSkip: false, maxRotation: 0, callback: tick(chartOf) },
        },
        y: {
          stacked,
          beginAtZero: true,
          suggestedMax: unit ? 1 : 4,
          grid: {},
          border: { display: false },
          ticks: {
            font: FONT,
            precision: unit ? undefined : 0,
            maxTicksLimit: 5,
            padding: 8,
            callback: (value) => number(value) + (unit ? NBSP + unit : ""),
          },
        },
      },
      plugins: {
        legend: { display: false },
        tooltip: {
          displayColors: false,
          padding: 10,
          titleFont: FONT,
          bodyFont: FONT,
          callbacks: {
            title: (items) => chartOf().drawn.names[items[0].dataIndex],
            // All of the bucket is said at once, with what it is compared with last.
            beforeBody: (items) => said(chartOf().drawn, items[0].dataIndex),
            label: () => null,
          },
        },
      },
      onClick: (_, items) => items.length && chartOf().follow(items[0].index),
      onHover: (event, items) => {
        const leads = items.length && chartOf().drawn.urls[items[0].index];
        event.native.target.style.cursor = leads ? "pointer" : "default";
      },
    };
  }

  // --- One chart ---

  class Drawing {
    constructor(canvas) {
      this.canvas = canvas;
      this.read(drawnOf(canvas));
      this.draw();
      this.listen();
    }

    read(text) {
      this.text = text;
      this.drawn = JSON.parse(text);
    }

    // What other numbers can be put into.
    get kind() {
      return this.drawn.series.map((series) => `${series.kind} ${series.colour}`).join();
    }

    draw() {
      const { drawn, canvas } = this;
      this.chart = new Chart(canvas, {
        data: {
          labels: drawn.labels,
          datasets: drawn.series.map((series) => datasetOf(series, drawn)),
        },
        options: optionsOf(() => this),
        plugins: [marksOf(() => this)],
      });
      paint(this.chart, drawn);
    }

    renew() {
      const text = drawnOf(this.canvas);
      if (text === this.text) return;
      const { chart, kind } = this;
      this.read(text);
      if (this.kind !== kind) {
        chart.destroy();
        return this.draw();
      }
      const { drawn } = this;
      chart.data.labels = drawn.labels;
      chart.data.datasets.forEach((dataset, place) => {
        Object.assign(dataset, datasetOf(drawn.series[place], drawn));
      });
      return paint(chart, drawn);
    }

    follow(index) {
      if (this.drawn.urls[index]) window.location.assign(this.drawn.urls[index]);
    }

    point(index) {
      const active = this.chart.data.datasets.map((_, datasetIndex) => ({ datasetIndex, index }));
      const { x, y } = this.chart.getDatasetMeta(0).data[index];
      this.chart.setActiveElements(active);
      this.chart.tooltip.setActiveElements(active, { x, y });
      this.chart.update("none");
      const words = said(this.drawn, index).join("; ");
      const panel = this.canvas.closest("section");
      panel.querySelector("[data-spoken]").textContent = `${this.drawn.names[index]}: ${words}`;
    }

    clear() {
      this.chart.setActiveElements([]);
      this.chart.tooltip.setActiveElements([], { x: 0, y: 0 });
      this.chart.update("none");
    }

    // Arrow keys step through the buckets, Enter narrows the period to one.
    listen() {
      const last = () => this.drawn.names.length - 1;
      let index = this.drawn.open.at(-1) || last();
      const show = (bucket) => {
        index = Math.min(last(), Math.max(0, bucket));
        this.point(index);
      };
      const keys = {
        ArrowLeft: () => show(index - 1),
        ArrowRight: () => show(index + 1),
        Home: () => show(0),
        End: () => show(last()),
        Enter: () => this.follow(index),
        Escape: () => this.clear(),
      };
      this.canvas.addEventListener("keydown", (event) => {
        if (!(event.key in keys)) return;
        event.preventDefault();
        keys[event.key]();
      });
      this.canvas.addEventListener("focus", () => {
        if (this.canvas.matches(":focus-visible")) show(index);
      });
      this.canvas.addEventListener("blur", () => this.clear());
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    let drawings = [];
    const follow = () => {
      drawings = drawings.filter((drawing) => {
        if (!drawing.canvas.isConnected) drawing.chart.destroy();
        return drawing.canvas.isConnected;
      });
      drawings.forEach((drawing) => drawing.renew());
      const known = new Set(drawings.map((drawing) => drawing.canvas));
      document.querySelectorAll("canvas[data-chart]").forEach((canvas) => {
        if (!known.has(canvas)) drawings.push(new Drawing(canvas));
      });
    };
    follow();
    document.body.addEventListener("htmx:afterSettle", follow);
    const recolour = () => drawings.forEach(({ chart, drawn }) => paint(chart, drawn));
    const theme = new MutationObserver(recolour);
    theme.observe(document.documentElement, { attributeFilter: ["class"] });
    // No script is told how wide the paper is: what is drawn for it scales. It does not wait for a
    // frame, as charts on the screen do.
    window.addEventListener("beforeprint", () => {
      drawings.forEach(({ chart }) => {
        chart.resize(PAPER.width, PAPER.height);
        chart.draw();
      });
    });
    window.addEventListener("afterprint", () => drawings.forEach(({ chart }) => chart.resize()));
  });
})();
