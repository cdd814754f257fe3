-- How often in a row the worker was lost that had the instance's turn, or one of its activities, in hand: 'turn:2 17:1'.
alter table instance add column losses text;
