-- Without content of its own: the texts stand in passage and search_head. x: text and terms, t: title.
CREATE VIRTUAL TABLE search_fts USING fts5(x, t, content='', columnsize=0, tokenize='grams');
