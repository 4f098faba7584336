// Reads HdrHistograms with npm's hdr-histogram-js: histograms.js REPORT.json LOG. Prints what it finds of each name, of the report's
// base64 and of the sum of the log's intervals.
'use strict';

const fs = require('fs');
const hdr = require('hdr-histogram-js');

const figures = (histogram) => ({
  count: histogram.totalCount,
  min: histogram.minNonZeroValue,
  max: histogram.maxValue,
  p50: histogram.getValueAtPercentile(50),
  p90: histogram.getValueAtPercentile(90),
  p99: histogram.getValueAtPercentile(99),
  p99_9: histogram.getValueAtPercentile(99.9),
  p99_99: histogram.getValueAtPercentile(99.99),
});

const [report, log] = process.argv.slice(2).map((path) => fs.readFileSync(path, 'utf8'));
for (const [name, base64] of Object.entries(JSON.parse(report).histograms)) {
  if (base64 !== null) {
    console.log(JSON.stringify({ event: 'report', name, ...figures(hdr.decodeFromCompressedBase64(base64, 64)) }));
  }
}

const sums = {};
const reader = new hdr.HistogramLogReader(log, 64);
for (let interval = reader.nextIntervalHistogram(); interval !== null; interval = reader.nextIntervalHistogram()) {
  if (sums[interval.tag] === undefined) {
    sums[interval.tag] = { intervals: 0, histogram: interval };
  } else {
    sums[interval.tag].histogram.add(interval);
  }
  sums[interval.tag].intervals += 1;
}
for (const [name, { intervals, histogram }] of Object.entries(sums)) {
  console.log(JSON.stringify({ event: 'log', name, intervals, started: reader.startTimeSec, ...figures(histogram) }));
}
