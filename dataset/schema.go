package dataset

import (
	"fmt"

	"github.com/weaviate/weaviate/entities/models"
)

// generation changes when the songs do, so that a collection of older ones is not topped up with newer ones.
const generation = 1

// madeBy begins the description of every collection that seed made: only such a collection is ever written to.
const madeBy = "made by k6 x weaviate seed: "

// marker is the description of a collection that seed made of these songs: only such a one is topped up.
func marker(songs string, dimensions int) string {
	return fmt.Sprintf("%s%s, generation %d, %d dimensions", madeBy, songs, generation, dimensions)
}

// class is the schema of a collection. The properties of the made-up songs are always there, so that the query files can ask
// for them; extra are what a file has besides, or otherwise.
func class(name, description string, extra []column) *models.Class {
	properties := []*models.Property{
		{Name: titleProperty, DataType: text.dataType(), Tokenization: models.PropertyTokenizationWord},
		{Name: "artist", DataType: text.dataType(), Tokenization: models.PropertyTokenizationWord},
		{Name: "year", DataType: whole.dataType()},
		{Name: "genre", DataType: text.dataType(), Tokenization: models.PropertyTokenizationField},
		{Name: lyricsProperty, DataType: text.dataType(), Tokenization: models.PropertyTokenizationWord},
	}
	for _, column := range extra {
		property := find(properties, column.name)
		if property == nil {
			property = &models.Property{Name: column.name}
			properties = append(properties, property)
		}
		property.DataType = column.kind.dataType()
		switch {
		case !column.kind.isText():
			property.Tokenization = ""
		case property.Tokenization == "":
			property.Tokenization = models.PropertyTokenizationWord
		}
	}
	return &models.Class{Class: name, Description: description, Vectorizer: "none", Properties: properties}
}

func find(properties []*models.Property, name string) *models.Property {
	for _, p := range properties {
		if p.Name == name {
			return p
		}
	}
	return nil
}
