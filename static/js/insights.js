// Draws charts of the tables. Without this file or the chart library, the tables are unfolded.
"use strict";

const drawings = JSON.parse(document.getElementById("drawings").textContent);
const dark = matchMedia("(prefers-color-scheme: dark)");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const SERIES = ["--edge", "--fair", "--brand"];
const DASHES = [[], [6, 3], [2, 2]];
let charts = [];

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function dataset({ label, values }, position, { kind, series }) {
  const paint = colour(series.length === 1 ? "--brand" : SERIES[position]);
  const line = { borderDash: DASHES[position], borderWidth: 2, pointRadius: 0, pointHitRadius: 12 };
  return { label, data: values, borderColor: paint, backgroundColor: paint, ...(kind === "line" ? line : { borderRadius: 4 }) };
}

// The axis has whole numbers only, also where counts are small.
function scales(kind) {
  const numbers = { beginAtZero: true, ticks: { precision: 0, color: colour("--muted") }, grid: { color: colour("--line") } };
  const names = { ticks: { color: colour("--muted"), maxRotation: 0, autoSkipPadding: 12 }, grid: { display: false } };
  return kind === "rows" ? { x: numbers, y: { ...names, ticks: { ...names.ticks, autoSkip: false } } } : { x: names, y: numbers };
}

function draw(drawing) {
  const box = document.querySelector(`[data-chart="${drawing.key}"]`);
  box.hidden = false;
  box.nextElementSibling.open = false;
  return new Chart(box.querySelector("canvas"), {
    type: drawing.kind === "line" ? "line" : "bar",
    data: { labels: drawing.labels, datasets: drawing.series.map((one, position) => dataset(one, position, drawing)) },
    options: {
      indexAxis: drawing.kind === "rows" ? "y" : "x",
      maintainAspectRatio: false,
      animation: calm.matches ? false : { duration: 300 },
      interaction: { mode: "index", axis: drawing.kind === "rows" ? "y" : "x", intersect: false },
      scales: scales(drawing.kind),
      plugins: { legend: { display: drawing.series.length > 1, labels: { color: colour("--ink"), boxWidth: 16 } } },
    },
  });
}

function drawAll() {
  const open = new Set([...document.querySelectorAll(".insights details[open]")]);
  const isFirst = charts.length === 0;
  charts.forEach((chart) => chart.destroy());
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  charts = drawings.map(draw);
  if (!isFirst) open.forEach((details) => (details.open = true));
}

if ("Chart" in window) {
  drawAll();
  dark.addEventListener("change", drawAll);
}
