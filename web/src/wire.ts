/**
 * The contract with the server, as written in `tracker/live/wire.py`; that file says what each
 * field means. Written by hand; `tests/web/test_wire_types.py` keeps the two the same.
 */

export const PROTOCOL = 1;

/** What is scored: text, even where it looks like a number. */
export type EntryId = string;
/** Whole microseconds since the green flag. */
export type RaceTime = number;
/** A length of time in whole microseconds. */
export type Span = number;

export type Phase = "before" | "racing" | "finished";
export type ResultStatus = "unofficial" | "under_review" | "provisional" | "official" | "amended";
export type CarStatus =
  | "grid"
  | "running"
  | "stopped"
  | "retired"
  | "finished"
  | "dns"
  | "dsq"
  | "dnf";

export interface FlagShown {
  flag: string;
  since: RaceTime | null;
  lap: number | null;
  caution: number | null;
  reasons: string[];
  text: string | null;
}

export interface StageShown {
  number: number;
  end_lap: number;
  winner: EntryId | null;
  order: EntryId[];
}

export interface CautionShown {
  number: number;
  first_lap: number;
  last_lap: number | null;
  reasons: string[];
  beneficiary: EntryId | null;
}

export interface PitLossShown {
  time: Span;
  stops: number;
}

export interface State {
  name: string;
  series: string;
  season: number | null;
  date: string | null;
  track: string;
  track_length_m: number | null;
  kind: string;
  phase: Phase;
  flag: FlagShown;
  lap: number;
  scheduled_laps: number | null;
  finish_lap: number | null;
  laps_to_go: number | null;
  overtime_attempt: number;
  race_time: RaceTime | null;
  clock_running: boolean;
  stages: StageShown[];
  stage: number | null;
  cautions: CautionShown[];
  cars: number;
  on_lead_lap: number;
  lead_changes: number;
  leaders: number;
  result_status: "live" | ResultStatus;
  withdrawn: WithdrawnShown | null;
  classes: string[];
  pit_loss: PitLossShown | null;
}

export interface WithdrawnShown {
  rev: number;
  winner: EntryId | null;
  at: RaceTime;
  cause: string;
}

export interface PitStopShown {
  lap: number | null;
  time_on_pit_road: Span | null;
  caution: number | null;
}

export interface PenaltyShown {
  number: number;
  kind: string;
  amount: number | null;
  status: "noted" | "investigating" | "applied" | "served";
  reason: string | null;
  lap: number;
}

export interface Row {
  position: number;
  car: string;
  driver: string | null;
  team: string | null;
  make: string | null;
  car_class: string | null;
  class_position: number | null;
  class_gap: Span | null;
  class_gap_laps: number | null;
  class_interval: Span | null;
  class_interval_laps: number | null;
  starting_position: number | null;
  places: number;
  places_since_lap: number;
  places_cause: string | null;
  laps_completed: number;
  laps_down: number;
  gap_to_leader: Span | null;
  interval: Span | null;
  interval_laps: number | null;
  last_lap: Span | null;
  last_lap_best: "own" | "race" | null;
  best_lap: Span | null;
  best_lap_number: number | null;
  laps_led: number;
  trend: number[];
  pit_stops: number;
  pit_stop: PitStopShown | null;
  on_pit_road: boolean;
  status: CarStatus;
  status_text: string | null;
  estimated: boolean;
  last_crossing: RaceTime | null;
  due: RaceTime | null;
  penalties: PenaltyShown[];
}

export interface InvolvedShown {
  entry: EntryId;
  role: string;
  outcome: string;
}

export interface IncidentShown {
  number: number;
  lap: number;
  at: RaceTime;
  kind: string;
  phase: string;
  location: string | null;
  involved: InvolvedShown[];
  caution: number | null;
  assigned_by: string;
  text: string | null;
  consequence: string | null;
  evidence: string[];
}

export interface ClassifiedShown {
  position: number | null;
  entry: EntryId;
  drivers: string[];
  laps: number;
  time: RaceTime | null;
  behind: Span | null;
  laps_behind: number;
  laps_led: number;
  status: string;
}

export interface RevisionShown {
  rev: number;
  status: string;
  at: RaceTime;
  winner: EntryId | null;
  second: EntryId | null;
  margin: Span | null;
  under_caution: boolean;
  decided_by: string | null;
  cause: string;
  laps_led: Record<EntryId, number>;
  lead_changes: number;
}

export interface ResultsShown {
  status: ResultStatus;
  review: EntryId[];
  timing_error: Span;
  classification: ClassifiedShown[];
  revisions: RevisionShown[];
  withdrawn: WithdrawnShown[];
}

export interface ReasonShown {
  rule: string;
  text: string;
  evidence: string[];
}

export interface VerdictShown {
  side: "winner" | "loser";
  entry: EntryId;
  driver: string | null;
  headline: string;
  text: string;
  reasons: ReasonShown[];
  score: number;
}

export interface ConsideredShown {
  side: "winner" | "loser";
  entry: EntryId;
  driver: string | null;
  score: number;
}

export interface SkippedShown {
  rule: string;
  missing: string;
}

export interface VerdictsShown {
  status: "forming" | "held" | "provisional" | "final";
  rev: number;
  cause: string | null;
  verdicts: VerdictShown[];
  withdrawn: VerdictShown[];
  also_considered: ConsideredShown[];
  skipped: SkippedShown[];
}

export interface RaceListed {
  race: string;
  name: string;
  series: string;
  date: string | null;
  track: string;
  phase: string;
  live: boolean;
}

export interface Hello {
  type: "hello";
  protocol: number;
  races: RaceListed[];
  beat_ms: number;
}

export interface Snapshot {
  type: "snapshot";
  race: string;
  epoch: string;
  version: number;
  state: State;
  rows: Record<EntryId, Row>;
  incidents: Record<string, IncidentShown>;
  results: ResultsShown | null;
  verdicts: VerdictsShown | null;
  moment?: RaceTime | null;
}

export interface Update {
  type: "update";
  race: string;
  epoch: string;
  follows: number;
  version: number;
  state: Partial<State>;
  rows: Record<EntryId, Partial<Row>>;
  gone: EntryId[];
  moment?: RaceTime | null;
}

export interface IncidentChanged {
  type: "incident";
  race: string;
  epoch: string;
  follows: number;
  version: number;
  incident: IncidentShown;
}

export interface ResultsChanged {
  type: "results";
  race: string;
  epoch: string;
  follows: number;
  version: number;
  results: ResultsShown | null;
}

export interface VerdictsChanged {
  type: "verdicts";
  race: string;
  epoch: string;
  follows: number;
  version: number;
  verdicts: VerdictsShown | null;
}

export interface Beat {
  type: "beat";
  race: string | null;
  version: number | null;
  feed_age_ms: number | null;
  moment?: RaceTime | null;
}

export interface Pong {
  type: "pong";
}

/** Why a request was refused. Not named Error, which every script knows already. */
export interface Refusal {
  type: "error";
  code: number;
  reason: string;
}

/** The messages that carry the picture of a race. */
export type PictureMessage =
  | Snapshot
  | Update
  | IncidentChanged
  | ResultsChanged
  | VerdictsChanged;
export type ServerMessage = Hello | PictureMessage | Beat | Pong | Refusal;

/** A moment of a race, named in one way. */
export interface At {
  lap?: number | null;
  time?: RaceTime | null;
  version?: number | null;
}

export interface Watch {
  type: "watch";
  race: string;
  epoch?: string;
  version?: number;
  at?: At;
  speed?: number;
}

export interface Unwatch {
  type: "unwatch";
  race: string;
}

export interface Ping {
  type: "ping";
}

export type ViewerMessage = Watch | Unwatch | Ping;

export const CLOSE_BAD_MESSAGE = 4501;
export const CLOSE_NO_SUCH_RACE = 4504;

/** 45xx says stay away; every other code, and none at all, says come back. */
export function staysAway(code: number): boolean {
  return code >= 4500 && code < 4600;
}
