"""A race in the formats of others: tables for a spreadsheet, replays for Timing71."""
