// Draws the line charts of the dashboard; their numbers come in json_script elements.
(() => {
    "use strict";

    const PHONE = 560; // a chart narrower than this has no room for ten dates
    const FONT = { family: "Inter, sans-serif", size: 12 };

    const number = (value) => value.toLocaleString("en-GB");

    function colours(canvas) {
        const style = getComputedStyle(canvas);
        const read = (name) => style.getPropertyValue(name).trim();
        return {
            line: read("--chart-current"),
            ground: read("--chart-ground"),
            grid: read("--chart-grid"),
            text: read("--chart-text"),
        };
    }

    function said(days, index) {
        const value = days.values[index];
        if (value === null) return "before the first search";
        const words = `${number(value)} ${days.unit[value === 1 ? 0 : 1]}`;
        return index === days.values.length - 1 ? `${words} ${days.soFar}` : words;
    }

    // Every so many days, counted back from today, so that today always has its label.
    function dateLabel(days) {
        return function (value, index) {
            const most = this.chart.width < PHONE ? 4 : 10;
            const step = Math.ceil(days.labels.length / most);
            return (days.labels.length - 1 - index) % step ? null : days.labels[index];
        };
    }

    function lineOf(days) {
        const last = days.values.length - 1;
        const complete = days.values.slice(0, last).filter((value) => value !== null);
        return {
            data: days.values,
            borderWidth: 2,
            // A single complete day makes no line, and would be invisible without a point.
            pointRadius: days.values.map((_, i) => (i === last ? 4 : complete.length === 1 ? 3 : 0)),
            pointHoverRadius: 5,
            pointBorderWidth: 2,
            pointHoverBorderWidth: 2,
            segment: {
                borderDash: (part) => (part.p1DataIndex === last ? [2, 4] : undefined),
            },
        };
    }

    function axes(days) {
        return {
            x: {
                grid: { display: false },
                border: { display: false },
                ticks: {
                    font: FONT,
                    autoSkip: false,
                    maxRotation: 0,
                    callback: dateLabel(days),
                },
            },
            y: {
                beginAtZero: true,
                suggestedMax: 4,
                border: { display: false },
                ticks: { font: FONT, precision: 0, maxTicksLimit: 5, padding: 8, callback: number },
            },
        };
    }

    function tooltip(days) {
        return {
            displayColors: false,
            padding: 10,
            titleFont: FONT,
            bodyFont: FONT,
            callbacks: {
                title: (items) => days.names[items[0].dataIndex],
                label: (item) => said(days, item.dataIndex),
            },
        };
    }

    function recolour(chart) {
        const { line, ground, grid, text } = colours(chart.canvas);
        const [days] = chart.data.datasets;
        const last = days.data.length - 1;
        days.borderColor = days.pointBorderColor = days.pointHoverBorderColor = line;
        days.pointBackgroundColor = days.data.map((_, index) => (index === last ? ground : line));
        days.pointHoverBackgroundColor = days.pointBackgroundColor;
        chart.options.scales.y.grid.color = grid;
        chart.options.scales.x.ticks.color = chart.options.scales.y.ticks.color = text;
        chart.update("none");
    }

    function follow(days, index) {
        if (days.urls[index]) window.location.assign(days.urls[index]);
    }

    // Arrow keys step through the days, Enter opens the searches of one.
    function listenToKeys(chart, days, spoken) {
        const last = days.values.length - 1;
        let index = last;
        const show = (day) => {
            index = Math.min(last, Math.max(0, day));
            const active = [{ datasetIndex: 0, index }];
            const point = chart.getDatasetMeta(0).data[index];
            chart.setActiveElements(active);
            chart.tooltip.setActiveElements(active, { x: point.x, y: point.y });
            chart.update("none");
            spoken.textContent = `${days.names[index]}: ${said(days, index)}`;
        };
        const clear = () => {
            chart.setActiveElements([]);
            chart.tooltip.setActiveElements([], { x: 0, y: 0 });
            chart.update("none");
        };
        const keys = {
            ArrowLeft: () => show(index - 1),
            ArrowRight: () => show(index + 1),
            Home: () => show(0),
            End: () => show(last),
            Enter: () => follow(days, index),
            Escape: clear,
        };
        chart.canvas.addEventListener("keydown", (event) => {
            if (!(event.key in keys)) return;
            event.preventDefault();
            keys[event.key]();
        });
        chart.canvas.addEventListener("focus", () => {
            if (chart.canvas.matches(":focus-visible")) show(index);
        });
        chart.canvas.addEventListener("blur", clear);
    }

    function draw(canvas) {
        const days = JSON.parse(document.getElementById(canvas.dataset.days).textContent);
        const chart = new Chart(canvas, {
            type: "line",
            data: { labels: days.labels, datasets: [lineOf(days)] },
            options: {
                animation: false,
                responsive: true,
                maintainAspectRatio: false,
                interaction: { mode: "index", intersect: false },
                layout: { padding: { top: 8, right: 20 } },
                scales: axes(days),
                plugins: { legend: { display: false }, tooltip: tooltip(days) },
                onClick: (_, items) => items.length && follow(days, items[0].index),
            },
        });
        recolour(chart);
        listenToKeys(chart, days, canvas.closest("section").querySelector("[data-spoken]"));
        return chart;
    }

    document.addEventListener("DOMContentLoaded", () => {
        const charts = [...document.querySelectorAll("canvas[data-days]")].map(draw);
        const theme = new MutationObserver(() => charts.forEach(recolour));
        theme.observe(document.documentElement, { attributes: true, attributeFilter: ["class"] });
    });
})();
