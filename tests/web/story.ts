/** Messages for tests: a short race of two cars, told by what matters. */

import type {
  IncidentChanged,
  ResultsChanged,
  ResultStatus,
  RevisionShown,
  Row,
  Snapshot,
  State,
  Update,
} from "../../web/src/wire.ts";

export function row(car: string, position: number): Row {
  return {
    position,
    car,
    driver: `Driver ${car}`,
    team: null,
    make: "Ford",
    car_class: null,
    class_position: null,
    class_gap: null,
    class_gap_laps: null,
    class_interval: null,
    class_interval_laps: null,
    starting_position: position,
    places: 0,
    places_since_lap: 0,
    places_cause: null,
    laps_completed: 0,
    laps_down: 0,
    gap_to_leader: null,
    interval: null,
    interval_laps: null,
    last_lap: null,
    last_lap_best: null,
    best_lap: null,
    best_lap_number: null,
    laps_led: 0,
    trend: [],
    pit_stops: 0,
    pit_stop: null,
    on_pit_road: false,
    status: "running",
    status_text: null,
    estimated: false,
    last_crossing: null,
    due: null,
    penalties: [],
  };
}

export const STATE: State = {
  name: "AdventHealth 400",
  series: "NASCAR Cup Series",
  season: 2024,
  date: "2024-05-05",
  track: "Kansas Speedway",
  track_length_m: 2414,
  kind: "race",
  phase: "racing",
  flag: { flag: "green", since: 0, lap: 0, caution: null, reasons: [], text: null },
  lap: 1,
  scheduled_laps: 267,
  finish_lap: 267,
  laps_to_go: 266,
  overtime_attempt: 0,
  race_time: 31_000_000,
  clock_running: true,
  stages: [],
  stage: null,
  cautions: [],
  cars: 2,
  on_lead_lap: 2,
  lead_changes: 0,
  leaders: 1,
  result_status: "live",
  withdrawn: null,
  classes: [],
  pit_loss: null,
};

export function snapshot(told: {
  version: number;
  race?: string;
  epoch?: string;
  rows?: Record<string, Row>;
}): Snapshot {
  return {
    type: "snapshot",
    race: told.race ?? "kansas",
    epoch: told.epoch ?? "a",
    version: told.version,
    state: STATE,
    rows: told.rows ?? { "17": row("17", 1), "5": row("5", 2) },
    incidents: {},
    results: null,
    verdicts: null,
  };
}

export function update(told: {
  follows: number;
  version: number;
  epoch?: string;
  state?: Partial<State>;
  rows?: Record<string, Partial<Row>>;
  gone?: string[];
}): Update {
  return {
    type: "update",
    race: "kansas",
    epoch: told.epoch ?? "a",
    follows: told.follows,
    version: told.version,
    state: told.state ?? {},
    rows: told.rows ?? {},
    gone: told.gone ?? [],
  };
}

export function incident(told: {
  follows: number;
  version: number;
  number: number;
}): IncidentChanged {
  return {
    type: "incident",
    race: "kansas",
    epoch: "a",
    follows: told.follows,
    version: told.version,
    incident: {
      number: told.number,
      lap: 261,
      at: 1,
      kind: "spin",
      phase: "confirmed",
      location: "turn 2",
      involved: [{ entry: "5", role: "self", outcome: "continued" }],
      caution: 7,
      assigned_by: "official",
      text: null,
      consequence: null,
      evidence: [],
    },
  };
}

export function revision(told: Partial<RevisionShown>): RevisionShown {
  return {
    rev: 1,
    status: "unofficial",
    at: 11_442_421_000,
    winner: "17",
    second: "5",
    margin: 1000,
    under_caution: false,
    decided_by: null,
    cause: "the checkered flag",
    laps_led: { "17": 54, "5": 63 },
    lead_changes: 27,
    ...told,
  };
}

export function results(told: {
  follows: number;
  version: number;
  status: ResultStatus;
}): ResultsChanged {
  return {
    type: "results",
    race: "kansas",
    epoch: "a",
    follows: told.follows,
    version: told.version,
    results: { status: told.status, review: [], timing_error: 3_000, classification: [], revisions: [revision({})], withdrawn: [] },
  };
}
