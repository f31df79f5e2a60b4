module reserved-names

go 1.22
