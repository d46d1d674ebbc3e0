import {
  date,
  gap,
  lapTime,
  margin,
  pitTime,
  raceTime,
  signed,
  surname,
} from "../../web/src/format.ts";

it.each([
  [0, "0.000"],
  [1000, "0.001"],
  [1499, "0.001"],
  [1500, "0.002"],
  [500, "0.001"],
  [499, "0.000499"],
  [400, "0.0004"],
  [1, "0.000001"],
  [999_500, "1.000"],
  [-1000, "\u22120.001"],
])("a margin of %i µs reads %s", (us, text) => {
  expect(margin(us)).toBe(text);
});

it.each([
  [31_231_000, "31.231"],
  [9_999_499, "9.999"],
  [59_999_500, "1:00.000"],
  [64_080_400, "1:04.080"],
  [3_723_004_000, "1:02:03.004"],
])("a lap of %i µs reads %s", (us, text) => {
  expect(lapTime(us)).toBe(text);
});

it.each([
  [163_000, "+0.163"],
  [0, "+0.000"],
  [61_500_000, "+1:01.500"],
  [300, "+0.0003"],
])("a gap of %i µs reads %s", (us, text) => {
  expect(gap(us)).toBe(text);
});

it.each([
  [33_449_999, "33.4"],
  [33_450_000, "33.5"],
  [62_300_000, "1:02.3"],
  [59_960_000, "1:00.0"],
])("a visit to pit road of %i µs reads %s", (us, text) => {
  expect(pitTime(us)).toBe(text);
});

it.each([
  [11_442_999_999, "3:10:42"],
  [0, "0:00:00"],
  [-5_000_000, "\u22120:00:05"],
])("race time %i µs reads %s", (us, text) => {
  expect(raceTime(us)).toBe(text);
});

it("places have a sign", () => {
  expect([3, 0, -2].map(signed)).toEqual(["+3", "0", "\u22122"]);
});

it("dates are days, wherever the reader is", () => {
  expect(date("2024-05-05")).toBe("5 May 2024");
  expect(date("2024-05-05T23:30:00Z")).toBe("5 May 2024");
  expect(date("soon")).toBe("soon");
});

it.each([
  ["Kyle Larson", "Larson"],
  ["Martin Truex Jr", "Truex Jr"],
  ["Ricky Stenhouse Jr.", "Stenhouse Jr."],
  ["John H. Nemechek", "Nemechek"],
  ["Shane van Gisbergen", "van Gisbergen"],
  ["Paul Di Resta", "Di Resta"],
  ["Renger van der Zande", "van der Zande"],
  ["Zhou", "Zhou"],
  ["", ""],
])("a headline calls %s %s", (name, called) => {
  expect(surname(name)).toBe(called);
});
