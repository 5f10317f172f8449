ALTER TABLE town ADD CHECK (length(name) > 1);
